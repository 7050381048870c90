import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { answerSchema } from "../../core/api/caption-answer.ts";
import { manifestSchema } from "../../core/bundle/manifest.ts";
import { codeFolders } from "../toolchain/import-graph.ts";

const root = join(import.meta.dirname, "../..");

const documents = [".", "docs", "bench", "examples"].flatMap((folder) =>
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
  test("links only to files that are there", () => {
    const links = [...read(document).matchAll(/\]\((?<target>[^)#\s]+)(#[^)]*)?\)/g)]
      .map((match) => match.groups?.target ?? "")
      .filter((target) => !/^[a-z]+:/.test(target));
    const broken = links.filter((target) => !existsSync(join(root, dirname(document), target)));
    expect(broken).toEqual([]);
  });

  test("links only to headings that are there", () => {
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

/** Rows such as `| BLEU-4 | 0.213 | ...`: the first number is the released model's. */
function tableValues(document: string): Map<string, string> {
  const rows = read(document).matchAll(
    /^\| (?<name>BLEU-[1-4]|ROUGE-L|CIDEr-D) \| (?<value>\d\.\d+)/gm,
  );
  return new Map([...rows].map(({ groups }) => [groups?.name ?? "", groups?.value ?? ""]));
}

describe("the measures of the released model", () => {
  const { metrics } = manifestSchema.parse(JSON.parse(read("model/manifest.json")));
  const values = metrics.find(({ split }) => split === "validation")?.values ?? {};

  test.each(["README.md", "MODEL_CARD.md"])("%s gives those of its manifest", (document) => {
    const table = tableValues(document);
    expect([...table.keys()]).toContain("CIDEr-D");
    for (const [name, printed] of table) {
      const digits = printed.length - 2;
      expect(printed, name).toBe(values[name]?.toFixed(digits));
    }
  });
});
