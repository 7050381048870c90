// Captions an image with a bundle in a folder, and measures the caption.
import { readFile } from "node:fs/promises";
import { Captioner, loadBundle, prepare, runtimeOf } from "edge-caption/core";
import { measure, tokenizeCaption } from "edge-caption/metrics";
import * as ort from "onnxruntime-web/wasm";

// Node 20 has no way to start the threads of this runtime.
ort.env.wasm.numThreads = 1;

const bundle = await loadBundle((name) => readFile(`model/${name}`), runtimeOf(ort));
const data = Uint8Array.from({ length: 9 * 7 * 3 }, (_, index) => [20, 200, 60][index % 3]);
const pixels = { width: 9, height: 7, channels: 3, data };
const image = prepare(pixels, 1, bundle.manifest.preparation);
const [best] = await new Captioner(bundle).caption(image);
const candidates = [tokenizeCaption(best.caption)];
const references = [["Green.", "A green wall."].map(tokenizeCaption)];

console.log(
  JSON.stringify({
    caption: best.caption,
    bleu: measure(candidates, references).corpus["BLEU-1"],
  }),
);
