// Builds dist/viewer.js: one minified script that a page carries inside itself, with three.js's licence at its head.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const licence = await readFile(new URL("node_modules/three/LICENSE", import.meta.url), "utf8");
const three = JSON.parse(await readFile(new URL("node_modules/three/package.json", import.meta.url), "utf8"));

await build({
  absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
  entryPoints: ["src/main.js"],
  outfile: "dist/viewer.js",
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "ascii",
  legalComments: "none",
  banner: { js: `/*! three.js ${three.version}\n${licence.trim()}\n*/` },
  logLevel: "warning",
});
