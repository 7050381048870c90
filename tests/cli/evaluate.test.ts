import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeToyBundle } from "../support/toy-bundle.ts";

const root = join(import.meta.dirname, "../..");
let folder: string;
let model: string;
let dataset: string;

/** Colours by their CSS names, with captions of images of them. */
const colouredImages = {
  "red.jpg": { colour: "red", captions: ["Red.", "A red wall."] },
  "green.png": { colour: "lime", captions: ["Something green!", "A green wall."] },
  "blue.webp": { colour: "blue", captions: ["Nothing at all.", "The sky."] },
  "crimson.jpg": { colour: "crimson", captions: ["Red.", "A red dress."] },
} as const;

const lists = {
  "Flickr_8k.trainImages.txt": ["crimson.jpg"],
  "Flickr_8k.devImages.txt": ["red.jpg", "green.png"],
  "Flickr_8k.testImages.txt": ["red.jpg", "green.png", "blue.webp"],
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "evaluate-"));
  model = join(folder, "model");
  dataset = join(folder, "colours");
  await writeToyBundle(model);
  await mkdir(join(dataset, "Images"), { recursive: true });
  const lines: string[] = [];
  for (const [file, { colour, captions }] of Object.entries(colouredImages)) {
    const create = { width: 20, height: 16, channels: 3, background: colour } as const;
    await sharp({ create }).toFile(join(dataset, "Images", file));
    for (const [index, caption] of captions.entries()) lines.push(`${file}#${index}\t${caption}`);
  }
  await writeFile(join(dataset, "Flickr8k.token.txt"), `${lines.join("\n")}\n`);
  for (const [list, files] of Object.entries(lists)) {
    await writeFile(join(dataset, list), files.join("\n"));
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("npm run evaluate", () => {
  test("captions a split with the bundle and prints its measures", async () => {
    const { status, stdout } = await evaluate("--split", "test");
    expect(status).toBe(0);
    expect(stdout).toContain("toy 1.0.0, greedy search, colours test: 3 images, 6 references");
    // Two of three words are right; the nearest references have 5 words: 2/3 exp(1 - 5/3).
    expect(stdout).toMatch(/^BLEU-1 +0\.3423 .* 0\.6667 /m);
    expect(stdout).toMatch(/different captions +3 \(100\.0 %\)/);
    expect(stdout).toMatch(/copies of training captions +1 \(33\.3 %\)/);
  });

  test("writes a report, and results that npm run score scores the same", async () => {
    const report = join(folder, "out/report.json");
    const results = join(folder, "out/results.json");
    await evaluate("--split", "validation", "--json", report, "--results", results);
    expect(await readJson(results)).toEqual([
      { image_id: "red.jpg", caption: "red" },
      { image_id: "green.png", caption: "green" },
    ]);
    const references = join(folder, "references.json");
    const annotations = (["red.jpg", "green.png"] as const).flatMap((image) =>
      colouredImages[image].captions.map((caption) => ({ image_id: image, caption })),
    );
    await writeFile(references, JSON.stringify({ annotations }));
    const score = ["--references", references, "--results", results, "--json"];
    const { stdout } = await run("score", ...score);
    const { measures, images, split } = await readJson(report);
    expect({ images, split }).toEqual({ images: 2, split: "validation" });
    for (const [name, value] of Object.entries(JSON.parse(stdout))) {
      expect(measures[name].value).toBe(value);
    }
  });

  test("compares with another model, word by word", async () => {
    const { stdout } = await evaluate("--split", "test", "--against", model);
    expect(stdout).toContain("against toy 1.0.0");
    // Three captions of a word and its end.
    expect(stdout).toMatch(/the same caption +3 \(100\.0 %\) of 3/);
    expect(stdout).toMatch(/the same next word +6 \(100\.0 %\) of 6/);
    expect(stdout).toMatch(/CIDEr-D +0\.0000 \(0\.0000 to 0\.0000\)/);
  });

  test("measures where another model disagrees, and the difference in CIDEr-D", async () => {
    const other = join(folder, "other");
    // Takes red for green and green for red.
    await writeToyBundle(other, { colours: ["green", "red", "blue"] });
    const json = join(folder, "against.json");
    const { stdout } = await evaluate("--split", "test", "--against", other, "--json", json);
    const { against } = await readJson(json);
    expect(against.captions).toMatchObject({ count: 1, of: 3 });
    // Both end after any one word.
    expect(against.tokens).toMatchObject({ count: 4, of: 6 });
    expect(against.cider.difference).toBeGreaterThan(0);
    expect(stdout).toMatch(/the same next word +4 \(66\.7 %\) of 6/);
  });

  test("measures what neutral captions cost, and how often a sex contradicts all references", async () => {
    const people = join(folder, "people");
    await cp(dataset, people, { recursive: true });
    const captions = {
      "red.jpg": ["A woman's hat.", "Her hat."],
      "green.png": ["A girl.", "A man."],
      "blue.webp": ["An officer.", "Somebody."],
      "crimson.jpg": ["A lady."],
    };
    const lines = Object.entries(captions).flatMap(([file, ofImage]) =>
      ofImage.map((caption, index) => `${file}#${index}\t${caption}\n`),
    );
    await writeFile(join(people, "Flickr8k.token.txt"), lines.join(""));
    const gendered = join(folder, "gendered");
    await writeToyBundle(gendered, { colours: ["man", "boy", "policeman"] });
    const given = ["--dataset", people, "--model", gendered, "--split", "test", "--neutral"];
    const json = join(folder, "neutral.json");
    const { stdout } = await run("evaluate", ...given, "--json", json);
    // No reference of red.jpg names a man; those of blue.webp name no sex.
    expect(stdout).toMatch(/captions that change +3 \(100\.0 %\)/);
    expect(stdout).toMatch(/contradicts all references +1 \(33\.3 %\), then 0 \(0\.0 %\)/);
    const { neutral } = await readJson(json);
    expect(neutral.gendered.count).toBe(3);
    // The policeman is now an officer: one word of three is right, for references of 5 words.
    expect(neutral.measures["BLEU-1"]).toBeCloseTo(Math.exp(1 - 5 / 3) / 3, 4);
  });

  test("searches with a beam, and accepts the official name of a split", async () => {
    const { status, stdout } = await evaluate("--split", "dev", "--beam", "2");
    expect(status).toBe(0);
    expect(stdout).toContain("beam search of 2, colours validation: 2 images");
  });

  describe("with several data sets and a model of several styles", () => {
    let styled: string;
    let other: string;

    beforeAll(async () => {
      styled = join(folder, "styled");
      other = join(folder, "moody");
      await writeToyBundle(styled, { styles: ["colours", "moody"] });
      await cp(dataset, other, { recursive: true });
    });

    const both = (...args: string[]) =>
      evaluate("--dataset", other, "--model", styled, "--split", "validation", ...args);

    test("measures each set in the style of its name", async () => {
      const [json, results] = [join(folder, "sets.json"), join(folder, "sets-results.json")];
      const { stdout } = await both("--json", json, "--results", results);
      expect(stdout).toContain("colours validation: 2 images, 4 references, style colours");
      expect(stdout).toContain("moody validation: 2 images, 4 references, style moody");
      expect(await readJson(results)).toEqual([
        { image_id: "colours/red.jpg", caption: "red" },
        { image_id: "colours/green.png", caption: "green" },
        { image_id: "moody/red.jpg", caption: "blue" },
        { image_id: "moody/green.png", caption: "blue" },
      ]);
      const { evaluations } = await readJson(json);
      expect(evaluations).toMatchObject([
        { dataset: "colours", style: "colours", captions: { wordsInReferences: 2 } },
        { dataset: "moody", style: "moody", captions: { wordsInReferences: 0 } },
      ]);
    });

    test("measures each set once in each style of --in-style", async () => {
      const json = join(folder, "styles.json");
      await both("--in-style", "own", "--in-style", "default", "--json", json);
      const { evaluations } = await readJson(json);
      const measured = evaluations.map((each: { dataset: string; style: string }) => [
        each.dataset,
        each.style,
      ]);
      expect(measured).toEqual([
        ["colours", "colours"],
        ["moody", "moody"],
        ["moody", "colours"],
      ]);
    });

    test("uses the default style for a set whose name is not a style", async () => {
      const { stdout } = await both("--style", "a", "--style", "b");
      expect(stdout).toMatch(/ a validation: .*, style colours\n/);
      expect(stdout).toMatch(/ b validation: .*, style colours\n/);
    });

    test.each<[string, string[], RegExp]>([
      [
        "a style that the model lacks",
        ["--in-style", "loud"],
        /no style "loud".*\[unknown_style\]/,
      ],
      ["one name for two sets", ["--style", "a"], /give one for each\. \[conflicting_options\]/],
      [
        "results in several styles",
        ["--in-style", "own", "--in-style", "colours", "--results", "/tmp/results.json"],
        /one caption an image.*\[conflicting_options\]/,
      ],
    ])("refuses %s in one line", async (_, given, message) => {
      const { status, stderr } = await both(...given);
      expect(status).toBe(1);
      expect(stderr).toMatch(message);
    });
  });

  test.each<[string, string[], RegExp]>([
    [
      "a split that does not exist",
      ["--split", "holdout"],
      /--split holdout: it must be train or validation or test\./,
    ],
    ["a beam of nothing", ["--beam", "0"], /--beam 0: /],
    ["a folder without a model", ["--model", tmpdir()], /holds no model .*\[missing_model\]/],
    ["a missing model to compare with", ["--against", tmpdir()], /\[missing_model\]/],
    ["a folder without data", ["--dataset", "/nowhere"], /\/nowhere cannot be read/],
  ])("refuses %s in one line", async (_, given, message) => {
    const { status, stdout, stderr } = await evaluate(...given);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
  });

  test("refuses a split whose list is missing", async () => {
    await rm(join(dataset, "Flickr_8k.trainImages.txt"));
    const { status, stderr } = await evaluate("--split", "train");
    expect(status).toBe(1);
    expect(stderr).toMatch(/The train split of colours is empty/);
  });

  test("prints the table even if a file cannot be written", async () => {
    const { status, stdout, stderr } = await evaluate("--split", "dev", "--json", folder);
    expect(status).toBe(1);
    expect(stdout).toContain("CIDEr-D");
    expect(stderr).toMatch(/cannot be written: illegal operation on a directory/);
  });
});

/** Runs the command as a user does; later options override the ones here. */
function evaluate(...args: string[]) {
  return run("evaluate", "--dataset", dataset, "--model", model, ...args);
}

function run(command: string, ...args: string[]) {
  const node = ["--disable-warning=ExperimentalWarning", join(root, `cli/${command}.ts`), ...args];
  return new Promise<{ stdout: string; stderr: string; status: number }>((resolve) => {
    const child = execFile(process.execPath, node, (_, stdout, stderr) =>
      resolve({ stdout, stderr, status: child.exitCode ?? -1 }),
    );
  });
}

async function readJson(path: string) {
  return JSON.parse(await readFile(path, "utf8"));
}
