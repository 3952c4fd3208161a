// What people press: ways to colour the part, findings, keys, and the value under the pointer.

const TURN_DEG = 10;
const ZOOM = 1.15;

export function connectControls(stage, view, part) {
  const canvas = stage.querySelector("canvas");
  const radios = [...stage.querySelectorAll("input[name=mode]")];
  const buttons = [...document.querySelectorAll("[data-finding]")];

  function show(mode) {
    view.show(mode);
    for (const radio of radios) radio.checked = radio.value === mode;
    for (const legend of stage.querySelectorAll("[data-legend]")) legend.hidden = legend.dataset.legend !== mode;
  }

  function select(index) {
    const place = part.findings[index];
    if (place.mode && view.modes.includes(place.mode)) show(place.mode);
    view.lookAtFinding(index);
    press(index);
    if (stage.getBoundingClientRect().bottom < 120) stage.scrollIntoView({ block: "start" });
  }

  function press(index) {
    for (const button of buttons) button.setAttribute("aria-pressed", String(Number(button.dataset.finding) === index));
  }

  function showAll() {
    view.lookAtAll();
    press(null);
  }

  for (const radio of radios) radio.addEventListener("change", () => show(radio.value));
  for (const button of buttons) button.addEventListener("click", () => select(Number(button.dataset.finding)));
  stage.querySelector("[data-all]")?.addEventListener("click", showAll);
  canvas.addEventListener("keydown", (event) => onKey(event, view, radios, show, showAll));
  followPointer(stage, canvas, view);
  show(radios.find((radio) => radio.checked)?.value ?? part.paints.at(-1) ?? "plain");
}

function onKey(event, view, radios, show, showAll) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const keys = {
    ArrowLeft: () => view.turn(-TURN_DEG, 0),
    ArrowRight: () => view.turn(TURN_DEG, 0),
    ArrowUp: () => view.turn(0, TURN_DEG),
    ArrowDown: () => view.turn(0, -TURN_DEG),
    "+": () => view.zoom(1 / ZOOM),
    "=": () => view.zoom(1 / ZOOM),
    "-": () => view.zoom(ZOOM),
    0: showAll,
    Home: showAll,
  };
  radios.forEach((radio, at) => (keys[at + 1] = () => show(radio.value)));
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

function followPointer(stage, canvas, view) {
  const reading = stage.querySelector("[data-reading]");
  if (!reading) return;
  let asked = null;
  canvas.addEventListener("pointermove", (event) => {
    if (asked || event.buttons) return;
    asked = requestAnimationFrame(() => {
      asked = null;
      const found = view.valueAt(event.offsetX, event.offsetY);
      reading.textContent = found ? inWords(found) : "";
    });
  });
  canvas.addEventListener("pointerleave", () => (reading.textContent = ""));
}

function inWords({ value, atEnd, unit }) {
  const digits = unit === "mm" ? 2 : 0;
  const space = unit === "°" ? "" : " ";
  return `here: ${atEnd ? "more than " : ""}${value.toFixed(digits)}${space}${unit}`;
}
