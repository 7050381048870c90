import { createHash, randomUUID } from "node:crypto";
import {
  appendFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LayersModel } from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { writeBundle } from "../../convert/bundle.ts";
import { commandSchema } from "../../convert/command.ts";
import { readRun } from "../../convert/run.ts";
import { parseManifest } from "../../core/bundle/manifest.ts";
import { loadBundle } from "../../core/bundle/read.ts";
import { onnxRuntime } from "../../node/onnx-runtime.ts";
import { tf } from "../support/tensorflow.ts";
import { type Symbolic, scramble } from "./support.ts";

// Every call goes through, unless a test replaces it.
vi.mock("node:fs/promises", { spy: true });

const words = ["<pad>", "<start>", "<end>", "<unknown>", "red", "blue"];
const units = 6;

let folder: string;
let run: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bundle-"));
  run = join(folder, "run");
  await mkdir(run);
  await save(encoder(), "encoder");
  await save(decoder(), "decoder");
  await writeJson("vocabulary.json", words);
  await writeJson("config.json", {
    options: { seed: 3 },
    command: "npm run train",
    dataset: { name: "toy", images: 8, captions: 16, validationImages: 4 },
    backbone: { name: "small", featureLayer: "grid" },
  });
  await writeJson("network.json", {
    network: {
      kind: "lstm",
      encoder: { image: "image" },
      decoder: {
        token: "token",
        logits: "logits",
        state: [
          { input: "hidden", output: "next_hidden", initial: "initial_hidden" },
          { input: "cell", output: "next_cell", initial: "initial_cell" },
        ],
        image: [],
      },
      embeddingSize: 4,
      units,
    },
    preparation: { height: 8, width: 8, fit: "stretch", background: 128, filter: "triangle" },
    maximumLength: 10,
  });
  const position = { stage: "frozen", epoch: 1, step: 1 };
  const step = JSON.stringify({ event: "step", ...position, loss: 1, rate: 1, tokensPerSecond: 1 });
  const log = [
    step,
    epoch("frozen", true, 0.1),
    epoch("fine-tune", true, 0.2),
    epoch("fine-tune", false, 0.15),
  ];
  await writeFile(join(run, "log.jsonl"), `${log.join("\n")}\n`);
});
afterAll(() => rm(folder, { recursive: true }));

/** Returns a line of a run's log. */
function epoch(stage: string, best: boolean, score: number): string {
  const validation = { "BLEU-4": score };
  const measured = { loss: 1, seconds: 1, validation, best };
  return JSON.stringify({ event: "epoch", stage, epoch: 1, ...measured });
}

/** Copies the run with another log. */
async function copyOfRun(log: readonly string[]): Promise<string> {
  const copy = join(folder, `run-${randomUUID()}`);
  await cp(run, copy, { recursive: true });
  await writeFile(join(copy, "log.jsonl"), `${log.join("\n")}\n`);
  return copy;
}

function writeJson(name: string, value: unknown): Promise<void> {
  return writeFile(join(run, name), JSON.stringify(value));
}

async function save(model: LayersModel, name: string): Promise<void> {
  await mkdir(join(run, name));
  const handler = tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
    const weightsManifest = [{ paths: ["weights.bin"], weights: weightSpecs }];
    await writeJson(join(name, "model.json"), { modelTopology, weightsManifest });
    await writeFile(join(run, name, "weights.bin"), new Uint8Array(weightData as ArrayBuffer));
    return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
  });
  await model.save(handler);
}

function encoder(): LayersModel {
  const image = tf.input({ shape: [8, 8, 3], name: "image" });
  const scaled = tf.layers.rescaling({ scale: 1 / 255, offset: 0 }).apply(image) as Symbolic;
  const grid = tf.layers
    .conv2d({ filters: 4, kernelSize: 3, strides: 2, name: "grid" })
    .apply(scaled);
  const mean = tf.layers.globalAveragePooling2d({} as never).apply(grid as Symbolic) as Symbolic;
  const outputs = ["initial_hidden", "initial_cell"].map(
    (name) => tf.layers.dense({ units, name }).apply(mean) as Symbolic,
  );
  return scramble(tf.model({ inputs: image, outputs }));
}

function decoder(): LayersModel {
  const token = tf.input({ shape: [1], dtype: "int32", name: "token" });
  const states = ["hidden", "cell"].map((name) => tf.input({ shape: [units], name }));
  const table = tf.layers.embedding({ inputDim: words.length, outputDim: 4 });
  const lstm = tf.layers.lstm({ units, returnState: true });
  const row = table.apply(token) as Symbolic;
  const [output, hidden, cell] = lstm.apply([row, ...states]) as [Symbolic, Symbolic, Symbolic];
  const named = (name: string, x: Symbolic) =>
    tf.layers.activation({ activation: "linear", name }).apply(x) as Symbolic;
  const logits = tf.layers.dense({ units: words.length, name: "logits" }).apply(output) as Symbolic;
  const outputs = [logits, named("next_hidden", hidden), named("next_cell", cell)];
  return scramble(tf.model({ inputs: [token, ...states], outputs }));
}

const options = commandSchema.parse({});

describe("a run's folder", () => {
  test("becomes a bundle that loads, with its provenance in the manifest", async () => {
    const place = join(folder, "model");
    await writeBundle(run, place, options);
    const files = await readdir(place);
    expect(files.toSorted()).toEqual([
      "decoder.onnx",
      "encoder-topology.json",
      "encoder.onnx",
      "manifest.json",
      "vocabulary.json",
    ]);
    const manifest = parseManifest(
      JSON.parse(await readFile(join(place, "manifest.json"), "utf8")),
    );
    expect(manifest.provenance).toMatchObject({ dataset: "toy", seed: 3, epochs: 2 });
    expect(manifest.provenance.backbone.fineTuned).toBe(true);
    expect(manifest.metrics[0]).toMatchObject({ images: 4, values: { "BLEU-4": 0.2 } });
    for (const { path, bytes, sha256 } of manifest.files) {
      const data = await readFile(join(place, path));
      expect(data.byteLength).toBe(bytes);
      expect(createHash("sha256").update(data).digest("hex")).toBe(sha256);
    }
    const bundle = await loadBundle((path) => readFile(join(place, path)), onnxRuntime);
    const dims = [1, 8, 8, 3];
    const image = { type: "uint8" as const, dims, data: new Uint8Array(192).fill(200) };
    const state = await bundle.encoder.run({ image });
    expect(state.initial_hidden?.dims).toEqual([1, units]);
  });

  test("counts a backbone as fine-tuned if the captioner that the run started from had trained it", async () => {
    const run = await copyOfRun([epoch("self-critical", true, 0.1)]);
    const path = join(run, "config.json");
    const config = JSON.parse(await readFile(path, "utf8"));
    config.backbone.fineTuned = true;
    await writeFile(path, JSON.stringify(config));
    expect((await readRun(run)).about.provenance.backbone.fineTuned).toBe(true);
  });

  test("counts a backbone as fine-tuned if only a stage after the frozen one changed it", async () => {
    const own = await copyOfRun([epoch("frozen", true, 0.1), epoch("joint", true, 0.2)]);
    expect((await readRun(own)).about.provenance.backbone.fineTuned).toBe(true);
    const frozen = await copyOfRun([epoch("frozen", true, 0.1), epoch("self-critical", true, 0.2)]);
    expect((await readRun(frozen)).about.provenance.backbone.fineTuned).toBe(false);
  });

  test("is read up to the line that a killed training left half written", async () => {
    const killed = await copyOfRun([epoch("frozen", true, 0.1), epoch("frozen", true, 0.2)]);
    await appendFile(join(killed, "log.jsonl"), '{"event":"step","sta');
    expect((await readRun(killed)).about.provenance.epochs).toBe(2);
  });

  test("replaces an older bundle, but no other folder", async () => {
    const place = join(folder, "replaced");
    await mkdir(place);
    await writeFile(join(place, "notes.txt"), "mine");
    await expect(writeBundle(run, place, options)).rejects.toThrow(/is not a bundle/);
    expect(await readdir(place)).toEqual(["notes.txt"]);
    await rm(join(place, "notes.txt"));
    await writeFile(join(place, "manifest.json"), "{}");
    await writeFile(join(place, "old.bin"), "old");
    await writeBundle(run, place, options);
    expect(await readdir(place)).not.toContain("old.bin");
    expect((await readdir(folder)).filter((name) => name.startsWith("replaced"))).toEqual([
      "replaced",
    ]);
  });

  test("reports the bundle, the one that it replaces, and the next command", async () => {
    const place = join(folder, "said");
    const said = vi.spyOn(process.stdout, "write");
    try {
      await writeBundle(run, place, { ...options, name: "first" });
      await writeBundle(run, place, { ...options, name: "second", modelVersion: "2.0.0" });
      const lines = said.mock.calls.flatMap(([text]) => String(text).split("\n"));
      expect(lines.filter((line) => line.startsWith(place))).toEqual([
        `${place}: first 1.0.0 (toy), 5 files`,
        `${place}: second 2.0.0 (toy), 5 files, in place of first 1.0.0 (toy)`,
      ]);
      expect(lines).toContain(`next: npm run caption -- --model ${place} PHOTO.jpg`);
    } finally {
      said.mockRestore();
    }
  });

  test("leaves an older bundle unchanged if the conversion fails", async () => {
    const place = join(folder, "kept");
    await writeBundle(run, place, options);
    const before = await readFile(join(place, "manifest.json"), "utf8");
    const strict = { ...options, tolerance: 1e-12 };
    await expect(writeBundle(run, place, strict)).rejects.toThrow(/nothing is written/);
    expect(await readFile(join(place, "manifest.json"), "utf8")).toBe(before);
    expect((await readdir(folder)).filter((name) => name.startsWith("kept"))).toEqual(["kept"]);
  });

  test("leaves an older bundle unchanged if the new one cannot take its place", async () => {
    const place = join(folder, "restored");
    await writeBundle(run, place, { ...options, name: "older" });
    const before = await readdir(place);
    const actual = await vi.importActual<typeof import("node:fs/promises")>("node:fs/promises");
    vi.mocked(rename).mockImplementation(async (from, to) => {
      if (String(from).endsWith(".partial")) throw new Error("refused");
      await actual.rename(from, to);
    });
    try {
      await expect(writeBundle(run, place, options)).rejects.toThrow("refused");
    } finally {
      vi.mocked(rename).mockReset();
    }
    expect(await readdir(place)).toEqual(before);
    expect(await readFile(join(place, "manifest.json"), "utf8")).toContain('"older"');
    expect((await readdir(folder)).filter((name) => name.startsWith("restored"))).toEqual([
      "restored",
    ]);
  });
});
