// Starts what a page carries: its words, and its 3D view where it has one.
import { readPart } from "./part.js";
import { explainWords } from "./words.js";
import { View } from "./view.js";
import { connectControls } from "./controls.js";

explainWords(document);

const stage = document.querySelector("[data-stage]");
if (stage) {
  start(stage).catch((error) => {
    stage.dataset.stage = "failed";
    stage.querySelector("[data-note]").textContent = `This browser cannot show the 3D view (${error.message}). The pictures below show the same.`;
  });
}

async function start(stage) {
  await pageIsShown();
  const part = await readPart(document);
  const view = new View(stage.querySelector("canvas"), part);
  connectControls(stage, view, part);
  stage.dataset.stage = "ready";
  performance.mark("ready");
  globalThis.figurine = { view, part };
}

// People read before they turn: the page itself is not to wait for the 3D view.
function pageIsShown() {
  return new Promise((shown) => requestAnimationFrame(() => setTimeout(shown)));
}
