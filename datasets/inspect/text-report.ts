import { counted, countOf } from "../../node/cli/numbers.ts";
import { type Finding, type Inspection, SEVERITIES } from "./inspection.ts";
import {
  effortSentence,
  exampleText,
  frequencyClass,
  keptRows,
  percent,
  setRows,
  shareOf,
  splitRows,
  summary,
  vocabularySentence,
} from "./wording.ts";

const SHOWN_EXAMPLES = 3;
const BAR_WIDTH = 40;

/** Writes the report for a terminal, the most important findings first. */
export function textReport(inspection: Inspection, width: number): string {
  return [
    `${inspection.dataset.name}: ${summary(inspection)}`,
    "",
    ...sizes([...splitRows(inspection), ...setRows(inspection)]),
    "",
    ...SEVERITIES.flatMap((severity) => findingsOf(inspection, severity, width)),
    ...lengths(inspection),
    "",
    ...vocabulary(inspection),
    "",
    ...kept(inspection, width),
    "",
    effortSentence(inspection),
  ].join("\n");
}

function sizes(rows: readonly { name: string; images: number; captions: number }[]): string[] {
  const row = (name: string, images: string, captions: string) =>
    `${name.padEnd(14)}${images.padStart(9)}${captions.padStart(10)}`;
  return [
    row("", "images", "captions"),
    ...rows.map(({ name, images, captions }) => row(name, counted(images), counted(captions))),
  ];
}

const HEADINGS = { error: "ERRORS", warning: "WARNINGS", note: "NOTES" } as const;

function findingsOf(
  { findings }: Inspection,
  severity: keyof typeof HEADINGS,
  width: number,
): string[] {
  const found = findings.filter((finding) => finding.severity === severity);
  if (found.length === 0) return [`${HEADINGS[severity]}  none`, ""];
  return [HEADINGS[severity], ...found.flatMap((finding) => findingLines(finding, width)), ""];
}

function findingLines(finding: Finding, width: number): string[] {
  const { title, count, remedy, examples } = finding;
  const share = shareOf(finding);
  const facts = [
    title,
    share === "" ? "" : `(${share})`,
    remedy === undefined ? "" : `[${remedy}]`,
  ];
  const shown = examples
    .slice(0, SHOWN_EXAMPLES)
    .map((example) => cut(exampleText(example), width - 11));
  return [
    `${counted(count).padStart(8)}  ${facts.filter((fact) => fact !== "").join(" ")}`,
    ...shown.map((line) => `${"".padStart(10)}${line}`),
  ];
}

function lengths({ lengths: { mean, median, longest, histogram } }: Inspection): string[] {
  const most = Math.max(1, ...histogram.map(({ captions }) => captions));
  const all = histogram.filter(({ captions }) => captions > 0);
  // The long tail, whose bars would be empty, becomes one line.
  const shown = all.filter(({ captions }) => captions >= most / BAR_WIDTH / 2);
  const last = shown.at(-1)?.words ?? 0;
  const beyond = all.filter(({ words }) => words > last);
  const rest = beyond.reduce((sum, { captions }) => sum + captions, 0);
  return [
    `WORDS A CAPTION  ${mean.toFixed(1)} on average, median ${median}, at most ${longest}`,
    ...all
      .filter(({ words }) => words <= last)
      .map(({ words, captions }) => bar(String(words), captions, most)),
    ...(rest > 0 ? [bar(`> ${last}`, rest, most)] : []),
  ];
}

function vocabulary(inspection: Inspection): string[] {
  const { words, tokens, histogram } = inspection.vocabulary;
  const most = Math.max(1, ...histogram.map((row) => row.words));
  return [
    `VOCABULARY  ${counted(words)} different words, ${counted(tokens)} in all; words by how often they occur`,
    ...histogram.map((row) => {
      const share = percent(row.tokens / Math.max(1, tokens));
      return `${bar(frequencyClass(row), row.words, most, 19)}  ${share} of all`;
    }),
  ];
}

function bar(label: string, value: number, most: number, labelWidth = 8): string {
  const length = Math.round((BAR_WIDTH * value) / most);
  const drawn = "#".repeat(value > 0 ? Math.max(1, length) : 0);
  return `${label.padStart(labelWidth)}  ${counted(value).padStart(7)}  ${drawn}`;
}

function kept(inspection: Inspection, width: number): string[] {
  const removed = inspection.keep.rules.map(
    ({ rule, images, captions }) =>
      `  ${rule.padEnd(28)} leaves out ${countOf(captions, "caption")}; ${countOf(images, "image")} with all of theirs`,
  );
  return [
    "TRAINING WITH THESE OPTIONS WOULD KEEP",
    ...(removed.length === 0 ? ["  everything: no rule is set"] : removed),
    ...sizes(keptRows(inspection)),
    ...wrapped(vocabularySentence(inspection), width),
  ];
}

function cut(line: string, width: number): string {
  return line.length <= width ? line : `${line.slice(0, Math.max(1, width - 3))}...`;
}

/** Breaks a sentence between words. */
function wrapped(sentence: string, width: number): string[] {
  const lines = [""];
  for (const word of sentence.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && line.length + word.length >= width) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}
