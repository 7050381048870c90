import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import type { BrowserFile } from "../core/api/browser-index.ts";

const root = join(import.meta.dirname, "..");
const require = createRequire(import.meta.url);

/** A file that a browser needs beside the model. */
export interface BuiltFile {
  readonly role: BrowserFile["role"];
  readonly name: string;
  readonly content: Uint8Array;
}

/** The scripts, by their entries. */
const SCRIPTS = [
  ["captioner", "browser/index.ts"],
  ["thread", "browser/thread/index.ts"],
] as const;

/** The WebAssembly of the packages, as the service has it. */
const MODULES = [
  ["runtime", "onnxruntime-web/ort-wasm-simd-threaded.wasm"],
  ["jpeg-codec", "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm"],
  ["webp-codec", "@jsquash/webp/codec/dec/webp_dec.wasm"],
  ["avif-codec", "@jsquash/avif/codec/dec/avif_dec.wasm"],
] as const;

/** Bundles the scripts that run in a browser, and reads the WebAssembly that they need. */
export async function browserFiles(): Promise<BuiltFile[]> {
  const scripts = SCRIPTS.map(async ([role, entry]) => {
    return { role, name: `${role}.js`, content: await bundle(entry) };
  });
  const modules = MODULES.map(async ([role, specifier]) => {
    return { role, name: `${role}.wasm`, content: await readFile(require.resolve(specifier)) };
  });
  return Promise.all([...scripts, ...modules]);
}

async function bundle(entry: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    // ONNX Runtime and the codecs have branches for Node, which a browser never takes.
    external: ["node:*", "fs", "path", "module", "worker_threads"],
    logLevel: "error",
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}
