import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import type { FINDING_KINDS } from "../../datasets/inspect/findings/kinds.ts";
import { type Inspection, inspectionSchema } from "../../datasets/inspect/inspection.ts";
import { jsonLines, photo, scenery, writeFolder } from "../datasets/support.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

const run = promisify(execFile);
/** Lasts until all tests have ended. */
const shared = sharedFolder();
const command = join(import.meta.dirname, "../../cli/inspect.ts");

/** Runs the command as a user would. */
async function inspect(...args: string[]) {
  return run(process.execPath, ["--disable-warning=ExperimentalWarning", command, ...args]).then(
    ({ stdout, stderr }) => ({ status: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ status: code as number, stdout, stderr }),
  );
}

const little = (index: number) =>
  `a little girl plays near tree number ${"one two three four".split(" ")[index % 4]}`;

/** A plain folder with every possible fault. */
async function faultyFolder(): Promise<string> {
  const original = await photo(1);
  const inBoth = await photo(7);
  const images: Record<string, Uint8Array> = {
    "first.jpg": original,
    "copy.jpg": original,
    "second.jpg": await photo(2),
    "smaller.webp": await scenery(2).resize(70, 70).webp({ quality: 70 }).toBuffer(),
    "not-a-picture.jpg": Buffer.from("<html>not found</html>"),
    "truncated.jpg": original.subarray(0, original.length / 2),
    "tiny.png": await scenery(4, 20, 30).png().toBuffer(),
    "grey.jpg": await scenery(5).greyscale().jpeg().toBuffer(),
    "blank.png": await scenery(6).linear(0, 90).png().toBuffer(),
    "learnt.jpg": inBoth,
    "judged.jpg": inBoth,
    "spare.jpg": await photo(8),
    "uncaptioned.jpg": await photo(9),
  };
  const rows = Object.keys(images)
    .filter((image) => image !== "uncaptioned.jpg")
    .map((image, index) => ({
      image,
      captions: [little(index)],
      split: { "judged.jpg": "validation", "spare.jpg": "spare" }[image] ?? "train",
    }));
  const more = [
    { image: "first.jpg", captions: [""], split: "train" },
    { image: "first.jpg", captions: ["dog"], split: "train" },
    {
      image: "first.jpg",
      captions: [Array.from({ length: 31 }, () => "tree").join(" ")],
      split: "train",
    },
    { image: "second.jpg", captions: [`a <a href="/x">girl</a> near a tree`], split: "train" },
    {
      image: "second.jpg",
      captions: ["ein kleines Mädchen spielt vor dem Haus im Garten"],
      split: "train",
    },
    { image: "second.jpg", captions: ["a litle girl plays while zorbing"], split: "train" },
    { image: "missing.jpg", captions: ["a girl"], split: "train" },
    { image: "", captions: ["a girl"], split: "train" },
  ];
  return writeFolder(
    {
      ...images,
      "captions.jsonl": `${jsonLines([...rows, ...more])}{"half":\n`,
    },
    join(shared, "own"),
  );
}

/** Faults that only Flickr30k has, and lists that name missing images. */
async function faultyRelease(): Promise<string> {
  return writeFolder(
    {
      "flickr30k-images/1.jpg": await photo(1),
      "flickr30k-images/Thumbs.db": "no image",
      "results.csv": "image_name| comment_number| comment\n1.jpg| 4   A dog runs .\nnothing\n",
      "train.txt": "1\n2\n",
    },
    join(shared, "release"),
  );
}

let folder: string;
let report: Inspection;
let text: string;
let page: string;
let release: Inspection;

beforeAll(async () => {
  folder = await faultyFolder();
  const [json, html] = [join(shared, "report.json"), join(shared, "report.html")];
  const rules = ["--drop-duplicates", "near", "--minimum-words", "3"];
  const done = await inspect(
    folder,
    "--json",
    json,
    "--html",
    html,
    "--minimum-count",
    "2",
    ...rules,
  );
  expect(done).toMatchObject({ status: 0 });
  text = done.stdout;
  report = inspectionSchema.parse(JSON.parse(await readFile(json, "utf8")));
  page = await readFile(html, "utf8");
  const second = await inspect(await faultyRelease(), "--json");
  release = inspectionSchema.parse(JSON.parse(second.stdout));
}, 240_000);

/** The planted faults of each kind: their number, and the first example. */
const planted: Record<
  keyof typeof FINDING_KINDS,
  [of: "folder" | "release", count: number, example: RegExp]
> = {
  empty_split: ["release", 1, /^validation$/],
  unreadable_image: ["folder", 1, /^not-a-picture\.jpg/],
  truncated_image: ["folder", 1, /^truncated\.jpg/],
  shared_between_splits: ["folder", 1, /learnt\.jpg in train, judged\.jpg in validation/],
  malformed_id: ["release", 1, /^nothing/],
  malformed_line: ["folder", 1, /^\{"half":/],
  caption_without_image: ["folder", 1, /^missing\.jpg/],
  image_without_captions: ["folder", 1, /^uncaptioned\.jpg/],
  missing_from_split: ["release", 1, /^2$/],
  unknown_split: ["folder", 1, /^spare\.jpg/],
  duplicate_image: ["folder", 2, /^first\.jpg = copy\.jpg/],
  near_duplicate_image: ["folder", 1, /^second\.jpg = smaller\.webp/],
  blank_image: ["folder", 1, /^blank\.png 96 x 96/],
  small_image: ["folder", 1, /^tiny\.png 20 x 30/],
  empty_caption: ["folder", 1, /^first\.jpg/],
  non_text_caption: ["folder", 1, /<a href.* HTML$/],
  other_language_caption: ["folder", 1, /Mädchen.* de$/],
  long_caption: ["folder", 1, /31 words$/],
  short_caption: ["folder", 1, /^dog 1 word$/],
  mended_line: ["release", 1, /^1\.jpg\| 4 {3}A dog/],
  greyscale_image: ["folder", 1, /^grey\.jpg/],
  repeated_caption: ["folder", 4, /^a little girl plays near tree number one 3 images/],
  word_once: ["folder", 16, /./],
  unassigned_image: ["folder", 1, /^spare\.jpg/],
  other_file: ["release", 1, /^Thumbs\.db/],
};

describe("every planted fault", () => {
  test.each(Object.entries(planted))("%s is found", (code, [of, count, example]) => {
    const { findings } = of === "folder" ? report : release;
    const found = findings.find((finding) => finding.code === code);
    expect(found?.count).toBe(count);
    const [first] = found?.examples ?? [];
    expect([first?.text, first?.note].filter(Boolean).join(" ")).toMatch(example);
  });

  test("is the only one that is found", () => {
    const codes = new Set([...report.findings, ...release.findings].map(({ code }) => code));
    expect([...codes].sort()).toEqual(Object.keys(planted).sort());
    const elsewhere = report.findings.filter(
      ({ code }) => code === "empty_split" || code === "mended_line",
    );
    expect(elsewhere).toEqual([]);
  });
});

describe("the report", () => {
  test("begins with the most important findings", () => {
    const severities = report.findings.map(({ severity }) => severity);
    const order = ["error", "warning", "note"];
    expect(severities).toEqual(severities.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)));
    expect(text.indexOf("ERRORS")).toBeLessThan(text.indexOf("WARNINGS"));
    expect(text).toMatch(
      /^ +1 {2}images that cannot be decoded \([\d.]+ %\) \[--drop-unreadable\]$/m,
    );
  });

  test("counts images and captions split by split", () => {
    expect(report).toMatchObject({
      images: 12,
      language: "en",
      splits: { train: { images: 10, captions: 15 }, validation: { images: 1, captions: 1 } },
      unassigned: { images: 1, captions: 1 },
    });
  });

  test("counts the lengths of captions and the frequencies of words", () => {
    const captions = report.lengths.histogram.reduce((sum, row) => sum + row.captions, 0);
    expect(captions).toBe(report.captions);
    expect(report.lengths.longest).toBe(31);
    const { words, tokens, histogram } = report.vocabulary;
    expect(histogram.reduce((sum, row) => sum + row.words, 0)).toBe(words);
    expect(histogram.reduce((sum, row) => sum + row.tokens, 0)).toBe(tokens);
    expect(report.vocabulary.frequent[0]).toEqual({ word: "tree", count: 44 });
  });

  test("shows what the rules would leave", () => {
    expect(report.keep.rules).toEqual([
      { rule: "--drop-duplicates near", images: 2, captions: 2, example: expect.any(String) },
      { rule: "--minimum-words 3", images: 0, captions: 1, example: "first.jpg: dog" },
    ]);
    expect(report.keep.splits.train).toEqual({ images: 8, captions: 12 });
    expect(report.keep.vocabulary).toMatchObject({ minimumCount: 2 });
    expect(text).toContain("--drop-duplicates near");
  });

  test("is one page that loads nothing, with captions as text and thumbnails", () => {
    expect(page).not.toMatch(/(?:src|href)="(?!data:)/);
    expect(page).toContain("&lt;a href=");
    expect(page).toContain(`<img src="data:image/webp;base64,`);
    expect(page.match(/<svg/g)?.length).toBeGreaterThanOrEqual(2);
    expect(page.length).toBeLessThan(5_000_000);
  });
});

// Each test starts a process, which takes long on a busy machine.
describe("two data sets", { timeout: 120_000 }, () => {
  test("are inspected as one: an image in both is found", async () => {
    const both = await photo(3);
    const row = (split: string) => jsonLines([{ image: "a.jpg", captions: ["a dog runs"], split }]);
    const one = await writeFolder({ "a.jpg": both, "c.jsonl": row("train") }, join(shared, "one"));
    const other = await writeFolder(
      { "a.jpg": both, "c.jsonl": row("validation") },
      join(shared, "other"),
    );
    const { stdout } = await inspect("--dataset", one, "--dataset", other, "--json");
    const { findings, sets, dataset } = inspectionSchema.parse(JSON.parse(stdout));
    const leak = findings.find(({ code }) => code === "shared_between_splits");
    expect(leak?.examples[0]?.note).toBe("one/a.jpg in train, other/a.jpg in validation");
    expect(dataset).toMatchObject({ name: "one + other", path: `${one} + ${other}` });
    expect(sets).toMatchObject([
      { name: "one", path: one, splits: { train: { images: 1 }, validation: { images: 0 } } },
      { name: "other", path: other, splits: { train: { images: 0 }, validation: { images: 1 } } },
    ]);
  });
});

describe("the command", { timeout: 120_000 }, () => {
  test("prints nothing but one JSON object for --json", async () => {
    const { stdout, stderr } = await inspect(folder, "--json");
    expect(inspectionSchema.parse(JSON.parse(stdout)).findings).toEqual(report.findings);
    expect(stderr).toMatch(/^layout folder; /);
  });

  test.each([
    [["/nowhere/data"], /dataset_not_found/],
    [[], /Name the folder of a data set/],
    [["/tmp", "--format", "nonsense"], /invalid_option/],
    [["/tmp", "--format", "coco"], /no_captions/],
  ])("refuses %s in one line", async (args, code) => {
    const { status, stdout, stderr } = await inspect(...args);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).toMatch(code);
  });
});
