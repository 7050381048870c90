import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { answerSchema } from "../../core/api/caption-answer.ts";
import { manifestSchema } from "../../core/bundle/manifest.ts";
import { codeFolders } from "../toolchain/import-graph.ts";

const root = join(import.meta.dirname, "../..");

const documents = [".", "docs", "bench", "examples", "examples/site"].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name)),
);

const read = (path: string) => readFileSync(join(root, path), "utf8");

/** The anchors of a document's headings, as GitHub makes them. */
function anchors(path: string): string[] {
  return [...read(path).matchAll(/^#+ (?<heading>.+)$/gm)].map((match) =>
    (match.groups?.heading ?? "")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

describe.each(documents)("%s", (document) => {
  test("links only to existing files", () => {
    const links = [...read(document).matchAll(/\]\((?<target>[^)#\s]+)(#[^)]*)?\)/g)]
      .map((match) => match.groups?.target ?? "")
      .filter((target) => !/^[a-z]+:/.test(target));
    const broken = links.filter((target) => !existsSync(join(root, dirname(document), target)));
    expect(broken).toEqual([]);
  });

  test("links only to existing headings", () => {
    const links = [...read(document).matchAll(/\]\((?<target>[^)#\s:]*)#(?<anchor>[^)]+)\)/g)];
    const broken = links.filter(({ groups: { target = "", anchor = "" } = {} }) => {
      const path = target === "" ? document : join(dirname(document), target);
      return !anchors(path).includes(anchor);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  test("names only files and folders of the repository that exist", () => {
    const spans = [...read(document).matchAll(/`(?<path>[\w-]+\/[\w./-]*)`/g)]
      .map((match) => match.groups?.path ?? "")
      .filter((path) => codeFolders.includes(path.split("/")[0] ?? ""));
    expect(spans.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test("names only scripts that package.json has", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const named = [...read(document).matchAll(/npm run (?<script>[a-z][a-z-]*)/g)].map(
      (match) => match.groups?.script ?? "",
    );
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });
});

test("the README's example of an answer has the shape of one", () => {
  const example = /```js\n(?<json>\{.*?)```/s.exec(read("README.md"))?.groups?.json ?? "";
  const answer = JSON.parse(example.replaceAll("[ ... ]", "[]"));
  expect(answerSchema.strict().parse(answer)).toEqual(answer);
  expect(answer.tokens).not.toHaveLength(0);
});

/** Documents round to thousandths, and ONNX Runtime and TensorFlow agree to four digits. */
const RUNTIME_DIFFERENCE = 0.001;

/** Returns the new model's values of a measure, the third numbers' column of `| set | measure | old | new |`. */
function tableValues(document: string, measure: string): number[] {
  const rows = read(document).matchAll(
    new RegExp(`^\\|[^|]*\\| ${measure} \\| \\d\\.\\d+ \\| (?<value>\\d\\.\\d+) \\|`, "gm"),
  );
  return [...rows].map(({ groups }) => Number(groups?.value));
}

describe("the measures of the released model", () => {
  const { metrics } = manifestSchema.parse(JSON.parse(read("model/manifest.json")));
  const validation = metrics.filter(({ split }) => split === "validation");

  test.each(["README.md", "MODEL_CARD.md"])("%s gives those of its manifest", (document) => {
    for (const measure of ["BLEU-1", "BLEU-4", "CIDEr-D"]) {
      const printed = tableValues(document, measure).sort();
      const known = validation.map(({ values }) => values[measure] ?? Number.NaN).sort();
      expect(printed, measure).toHaveLength(known.length);
      for (const [index, value] of known.entries()) {
        expect(Math.abs((printed[index] ?? Number.NaN) - value)).toBeLessThan(RUNTIME_DIFFERENCE);
      }
    }
  });
});
