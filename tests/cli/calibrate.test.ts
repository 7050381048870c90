import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { type Manifest, manifestFileName, parseManifest } from "../../core/bundle/manifest.ts";
import { Captioner } from "../../core/captioner.ts";
import { readBundle } from "../../node/bundle.ts";
import { sharedFolder } from "../support/temporary-folder.ts";
import { writeToyBundle } from "../support/toy-bundle.ts";

// Each call loads ONNX Runtime and captions dozens of images.
vi.setConfig({ testTimeout: 120_000 });

const root = join(import.meta.dirname, "../..");
const folder = sharedFolder();
const model = join(folder, "model");
const dataset = join(folder, "walls");
let before: Manifest;

beforeAll(async () => {
  before = await writeToyBundle(model);
  await writeDataset(dataset, 60);
});

/** Walls of one colour; people describe every third one as something else. */
async function writeDataset(place: string, count: number): Promise<void> {
  await mkdir(join(place, "images"), { recursive: true });
  const lines: string[] = [];
  for (let index = 0; index < count; index++) {
    const image = `images/${index}.png`;
    const [colour, strength] = [index % 3, 60 + 3 * index];
    const [r = 0, g = 0, b = 0] = [0, 1, 2].map((channel) => (channel === colour ? strength : 50));
    const create = { width: 12, height: 8, channels: 3, background: { r, g, b } } as const;
    await sharp({ create }).png().toFile(join(place, image));
    const name = ["red", "green", "blue"][colour] ?? "";
    const captions = index % 4 === 0 ? ["a wall", "some wall"] : [name, `${name} wall`];
    lines.push(JSON.stringify({ image, captions, split: "validation" }));
  }
  await writeFile(join(place, "captions.jsonl"), `${lines.join("\n")}\n`);
}

describe("npm run calibrate", () => {
  test("writes the confidence into the manifest, and changes nothing else in the bundle", async () => {
    const files = await readdir(model);
    const json = join(folder, "report.json");
    const html = join(folder, "report.html");
    const { status, stdout, stderr } = await calibrate("--json", json, "--html", html);
    expect({ status, stderr: stderr.match(/error.*/)?.[0] }).toEqual({ status: 0 });
    const { confidence, ...others } = await readManifest();
    expect(others).toEqual(before);
    expect(await readdir(model)).toEqual(files);

    const report = JSON.parse(await readFile(json, "utf8"));
    expect(confidence).toEqual(report.confidence);
    expect(confidence?.fitted.sets).toMatchObject([{ dataset: "walls", images: 60 }]);
    expect(report.mix.images).toBe(60);
    expect(report.mix.fits).toBeCloseTo(45 / 60, 1);
    expect(report.nonPhotographs).toHaveLength(6);
    expect(stdout).toMatch(/^walls +60 +\d+\.\d % /m);
    expect(stdout).toMatch(/threshold +kept +of these fit/);
    const page = await readFile(html, "utf8");
    expect(page).toContain("Reliability diagram");
    expect(page).toContain("<svg");
    const [caption] = await new Captioner(await readBundle(model)).caption(new Uint8Array(72));
    expect(caption?.confidence).toBeGreaterThan(0);
    expect(caption?.confidence).toBeLessThan(1);
  });

  test("measures several sets, separately and together, and other searches", async () => {
    const other = join(folder, "more-walls");
    await writeDataset(other, 40);
    const json = join(folder, "both.json");
    await calibrate("--dataset", other, "--other-searches", "--dry-run", "--json", json);
    const { sets, mix, otherSearches } = JSON.parse(await readFile(json, "utf8"));
    expect(sets).toMatchObject([
      { dataset: "walls", images: 60 },
      { dataset: "more-walls", images: 40 },
    ]);
    expect(mix.images).toBe(100);
    expect(otherSearches).toMatchObject([{ images: 100 }, { images: 100 }]);
  });

  test("leaves the manifest alone in a dry run", async () => {
    const text = await readFile(join(model, manifestFileName), "utf8");
    const { status } = await calibrate("--dry-run", "--non-photographs", "0");
    expect(status).toBe(0);
    expect(await readFile(join(model, manifestFileName), "utf8")).toBe(text);
  });

  test.each<[string, string[], RegExp]>([
    ["a style that the model does not have", ["--style", "coco"], /no style "coco".*unknown_style/],
    [
      "styles for some sets only",
      ["--style", "a", "--style", "b"],
      /--style is given 2 times for 1/,
    ],
    ["a folder without data", ["--dataset", "/nowhere"], /\/nowhere cannot be read/],
  ])("refuses %s", async (_, given, message) => {
    const { status, stderr } = await calibrate(...given);
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
  });

  test("refuses images with a single caption, and says why", async () => {
    const single = join(folder, "single");
    await writeDataset(single, 1);
    const line = { image: "images/0.png", captions: ["red"], split: "validation" };
    await writeFile(join(single, "captions.jsonl"), JSON.stringify(line));
    const { status, stderr } = await calibrate("--dataset", single);
    expect(status).toBe(1);
    expect(stderr).toMatch(/fewer than two captions.*\[too_few_captions\]/);
  });

  test("refuses a call without a data set", async () => {
    const { status, stderr } = await run(model);
    expect(status).toBe(1);
    expect(stderr).toMatch(/name the folder of a data set/);
  });
});

async function readManifest(): Promise<Manifest> {
  return parseManifest(JSON.parse(await readFile(join(model, manifestFileName), "utf8")));
}

/** Runs the command as a user does, with few drawn images. */
function calibrate(...args: string[]) {
  return run(model, "--dataset", dataset, "--non-photographs", "2", ...args);
}

function run(...args: string[]) {
  const node = ["--disable-warning=ExperimentalWarning", join(root, "cli/calibrate.ts"), ...args];
  return new Promise<{ stdout: string; stderr: string; status: number }>((resolve) => {
    const child = execFile(process.execPath, node, (_, stdout, stderr) =>
      resolve({ stdout, stderr, status: child.exitCode ?? -1 }),
    );
  });
}
