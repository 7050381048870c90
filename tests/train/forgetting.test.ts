import { basename, join } from "node:path";
import sharp from "sharp";
import { beforeAll, expect, test } from "vitest";
import type { Pixels } from "../../core/image/pixels.ts";
import { drawKey, uniformDraws } from "../../core/random-draws.ts";
import { describeScene, drawScene, paintScene } from "../../datasets/synthetic.ts";
import { readLog } from "../../run-files/log.ts";
import { jsonLines, writeFolder } from "../datasets/support.ts";
import { sharedFolder } from "../support/temporary-folder.ts";
import { train } from "./command.ts";

const MINUTES = 60_000;
/** The side of all pictures, in pixels. */
const SIDE = 16;
const folder = sharedFolder();
const [shapes, cloths] = [join(folder, "shapes"), join(folder, "cloths")];
const base = join(folder, "base");
const specialist = join(folder, "specialist");
const mixed = join(folder, "mixed");
const common = ["--maximum-length", "8", "--gap-images", "0", "--cache", join(folder, "cache")];
const onCloths = ["--dataset", cloths, "--epochs", "24", "--learning-rate", "0.01"];

type Draw = (key: number) => { readonly pixels: Pixels; readonly captions: readonly string[] };

/** Draws a coloured shape, as the captioner has learnt them. */
const drawShape: Draw = (key) => {
  const scene = drawScene(key);
  return { pixels: paintScene(scene, SIDE), captions: describeScene(scene) };
};

const DYES = { red: [220, 40, 40], green: [40, 170, 60], blue: [50, 80, 220] };
const PATTERNS = {
  stripes: (x: number) => x % 1 < 0.5,
  checks: (x: number, y: number) => x % 1 < 0.5 !== y % 1 < 0.5,
};

/** Draws a patterned cloth, in words that the captioner does not know. */
const drawCloth: Draw = (key) => {
  const [dye = 0, pattern = 0, period = 0, x = 0, y = 0] = uniformDraws(key, 5);
  const [colour, paint] = pick(Object.entries(DYES), dye);
  const [name, covers] = pick(Object.entries(PATTERNS), pattern);
  const size = SIDE * (0.5 + 0.15 * period);
  const data = new Uint8Array(SIDE * SIDE * 3).fill(245);
  for (let at = 0; at < SIDE * SIDE; at++) {
    if (covers((at % SIDE) / size + x, Math.floor(at / SIDE) / size + y)) data.set(paint, at * 3);
  }
  const pixels: Pixels = { width: SIDE, height: SIDE, channels: 3, data };
  return { pixels, captions: [`a cloth of ${colour} ${name}`] };
};

function pick<T>(list: readonly T[], draw: number): T {
  const picked = list[Math.floor(draw * list.length)];
  if (picked === undefined) throw new RangeError(`${draw} is not in [0, 1)`);
  return picked;
}

/** Writes a data set in the layout of a folder. */
async function writeDataset(path: string, draw: Draw, counts: Record<string, number>) {
  const files: Record<string, Uint8Array | string> = {};
  const rows: object[] = [];
  for (const [split, count] of Object.entries(counts)) {
    for (let index = 0; index < count; index++) {
      const { pixels, captions } = draw(drawKey(7, basename(path), split, index));
      const { data, ...raw } = pixels;
      const image = `${split}-${index}.png`;
      files[image] = await sharp(data, { raw }).png().toBuffer();
      rows.push({ image, captions, split });
    }
  }
  await writeFolder({ ...files, "captions.jsonl": jsonLines(rows) }, path);
}

async function run(out: string, ...options: readonly string[]): Promise<void> {
  const { status, stderr } = await train(...options, ...common, "--out", out);
  expect(status, stderr).toBe(0);
}

/** Returns a run's CIDEr-D on the validation pictures of both kinds. */
async function measured(path: string) {
  const out = `${path}-measured`;
  const sets = ["--dataset", shapes, "--dataset", cloths];
  await run(out, "--from", path, "--epochs", "0", ...sets);
  const [initial] = (await readLog(join(out, "log.jsonl"))).filter(
    (entry) => entry.event === "initial",
  );
  if (initial?.sets === undefined) throw new Error(`${out} was not measured on both sets`);
  const { shapes: old, cloths: added } = initial.sets;
  return { shapes: old?.["CIDEr-D"] ?? Number.NaN, cloths: added?.["CIDEr-D"] ?? Number.NaN };
}

/** CIDEr-D of the captioner that is continued, and of both that continue it. */
let scores: Record<"base" | "specialist" | "mixed", { shapes: number; cloths: number }>;

beforeAll(async () => {
  await writeDataset(shapes, drawShape, { train: 100, validation: 60 });
  await writeDataset(cloths, drawCloth, { train: 60, validation: 40 });
  const images = ["--image-size", String(SIDE), "--synthetic-images", "400"];
  await run(base, ...images, "--fine-tune", "6");
  await run(specialist, "--from", base, ...onCloths);
  const old = ["--dataset", shapes, "--weight", "1", "--weight", "0.5", "--choose-by", "cloths"];
  await run(mixed, "--from", base, ...onCloths, ...old);
  scores = {
    base: await measured(base),
    specialist: await measured(specialist),
    mixed: await measured(mixed),
  };
}, 10 * MINUTES);

test("a captioner that continues on pictures of another kind learns them and forgets its own", () => {
  expect(scores.base.shapes).toBeGreaterThan(5);
  expect(scores.base.cloths).toBeLessThan(2);
  expect(scores.specialist.cloths).toBeGreaterThan(2);
  expect(scores.specialist.shapes).toBeLessThan(0.2 * scores.base.shapes);
});

test("mixing in half of the old pictures keeps much of them, and learns the new ones as well", () => {
  expect(scores.mixed.shapes).toBeGreaterThan(2);
  expect(scores.mixed.cloths).toBeGreaterThan(2);
});
