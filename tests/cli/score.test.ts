import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");
const fixtures = join(root, "tests/fixtures/metrics");
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "score-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command as a user does. */
async function score(...args: string[]): Promise<Outcome> {
  try {
    const output = await run(process.execPath, [join(root, "cli/score.ts"), ...args]);
    return { status: 0, ...output };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { status: code, stdout, stderr };
  }
}

/** Scores references and results, each written to a file: a string as it is, anything else as JSON. */
async function scoreOf(references: unknown, results: unknown, ...args: string[]): Promise<Outcome> {
  const paths = await Promise.all(
    Object.entries({ references, results }).map(async ([name, content]) => {
      const path = join(folder, `${name}-${crypto.randomUUID()}.json`);
      await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
      return path;
    }),
  );
  return score("--references", paths[0] ?? "", "--results", paths[1] ?? "", ...args);
}

const references = {
  annotations: [
    { image_id: 1, caption: "A dog runs." },
    { image_id: 1, caption: "The dog is running fast!" },
    { image_id: "cat.jpg", caption: "A cat sits on a mat." },
  ],
};
const results = [
  { image_id: 1, caption: "a dog runs fast" },
  { image_id: "cat.jpg", caption: "a cat on a mat" },
];

describe("npm run score", () => {
  test("--json prints the reference implementation's values and nothing else", async () => {
    const { status, stdout, stderr } = await score(
      "--references",
      join(fixtures, "generated-40.references.json"),
      "--results",
      join(fixtures, "generated-40.results.json"),
      "--json",
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const values = JSON.parse(stdout);
    const expected = JSON.parse(
      await readFile(join(fixtures, "generated-40.expected.json"), "utf8"),
    );
    expect(Object.keys(values)).toEqual([
      "BLEU-1",
      "BLEU-2",
      "BLEU-3",
      "BLEU-4",
      "ROUGE-L",
      "CIDEr-D",
    ]);
    for (const [name, value] of Object.entries(values)) {
      expect(Math.abs(Number(value) - expected[name])).toBeLessThan(1e-6);
    }
  });

  test("prints a table, and names the measures that it does not compute", async () => {
    const { stdout } = await scoreOf(references, results);
    expect(stdout).toMatch(/^2 images, 3 references\nBLEU-1 +1\.0000\n/);
    expect(stdout).toContain("CIDEr-D");
    expect(stdout).toMatch(/METEOR and SPICE are not computed/);
    expect(stdout).not.toMatch(/(METEOR|SPICE) +\d/);
  });

  test("splits captions as coco-caption does before it scores them", async () => {
    const written = {
      annotations: [{ image_id: 1, caption: "It’s a man's \"T-shirt\", isn't it?" }],
    };
    const split = [{ image_id: 1, caption: "it 's a man 's t-shirt is n't it" }];
    const { stdout } = await scoreOf(written, split, "--json");
    expect(JSON.parse(stdout)["BLEU-4"]).toBeCloseTo(1, 6);
  });

  test("accepts an id in quotes as the number, and ignores further keys", async () => {
    const loose = { info: {}, annotations: [{ id: 3, image_id: 7, caption: "a dog" }] };
    const { status } = await scoreOf(loose, [{ image_id: "7", caption: "a dog", score: 1 }]);
    expect(status).toBe(0);
  });

  test("leaves out images without a result, with a note on standard error", async () => {
    const { status, stdout, stderr } = await scoreOf(references, results.slice(0, 1), "--json");
    expect(status).toBe(0);
    expect(Object.keys(JSON.parse(stdout))).toHaveLength(6);
    expect(stderr).toBe("note: 1 image without a result not scored\n");
  });

  test("scores a caption without words as 0", async () => {
    const { stdout } = await scoreOf(
      references,
      results.map((result) => ({ ...result, caption: "." })),
      "--json",
    );
    expect(Object.values(JSON.parse(stdout))).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test("--help explains both formats and the missing measures", async () => {
    const { stdout } = await score("--help");
    expect(stdout).toContain("annotations");
    expect(stdout).toMatch(/METEOR and SPICE/);
  });
});

describe("npm run score refuses, in one line,", () => {
  test.each([
    ["references that are not JSON", "{", results, /is not JSON/],
    ["results that are not JSON", references, "captions", /is not JSON/],
    ["references of another shape", [], results, /annotations.*\[invalid_format\]/],
    [
      "annotations that are not a list",
      { annotations: 3 },
      results,
      /at annotations: expected a list/,
    ],
    [
      "an annotation without caption",
      { annotations: [{ image_id: 1 }] },
      results,
      /at annotations\.0\.caption: a caption is a string/,
    ],
    ["results of another shape", references, references, /expected \[\{"image_id", "caption"\}\]/],
    [
      "a result without image",
      references,
      [{ caption: "a dog" }],
      /at 0\.image_id: an image_id is a number or a string/,
    ],
    ["empty results", references, [], /The file of results has no captions to score/],
    [
      "a result for an image without references",
      references,
      [...results, { image_id: 9, caption: "a dog" }],
      /The result for image 9 has no references/,
    ],
    [
      "two results for an image",
      references,
      [...results, { image_id: "1", caption: "a dog" }],
      /Image 1 has 2 results/,
    ],
  ])("%s", async (_, wrongReferences, wrongResults, message) => {
    const { status, stdout, stderr } = await scoreOf(wrongReferences, wrongResults, "--json");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
  });

  test("a missing file", async () => {
    const { status, stderr } = await score(
      "--references",
      join(folder, "no.json"),
      "--results",
      "no",
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^error: [^\n]*no\.json cannot be read: no such file or directory\.[^\n]*\n$/,
    );
  });

  test("a missing option", async () => {
    const { status, stderr } = await score("--results", "results.json");
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: --references[^\n]*\n$/);
  });
});
