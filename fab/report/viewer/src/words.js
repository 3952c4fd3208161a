// Explains a word where the pointer or the keyboard is on it; Escape puts the explanation away.

export function explainWords(page) {
  const bubble = page.getElementById("explanation");
  if (!bubble) return;
  let shown = null;

  function show(word) {
    const told = page.getElementById(`word-${word.dataset.word}`);
    if (!told) return;
    bubble.textContent = told.textContent;
    bubble.hidden = false;
    shown = word;
    place(bubble, word);
  }

  function hide() {
    bubble.hidden = true;
    shown = null;
  }

  for (const word of page.querySelectorAll("[data-word]")) {
    word.addEventListener("pointerenter", () => show(word));
    word.addEventListener("focus", () => show(word));
    word.addEventListener("pointerleave", hide);
    word.addEventListener("blur", hide);
    word.addEventListener("click", () => show(word));
  }
  page.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  page.addEventListener("scroll", () => shown && place(bubble, shown), { passive: true });
}

function place(bubble, word) {
  const [around, size] = [word.getClientRects()[0], bubble.getBoundingClientRect()];
  const left = Math.min(Math.max(8, around.left), document.documentElement.clientWidth - size.width - 8);
  const above = around.top - size.height - 8;
  bubble.style.left = `${left}px`;
  bubble.style.top = `${above >= 8 ? above : around.bottom + 8}px`;
}
