import { type MeasureName, measureNames } from "../../metrics/index.ts";
import { signed } from "../../node/cli/numbers.ts";
import type { Agreement } from "./agreement.ts";
import type { Neutrality } from "./neutral.ts";
import type { Estimate, EvaluationReport } from "./report.ts";
import type { Share, Wording } from "./wording.ts";

/** Writes a report as text for a terminal. */
export function reportTable(report: EvaluationReport): string {
  const search = report.beam === 1 ? "greedy search" : `beam search of ${report.beam}`;
  return [
    `${report.model.name} ${report.model.version}, ${search}, ` +
      `${report.dataset} ${report.split}: ${report.images} images, ${report.references} references` +
      `${report.style === undefined ? "" : `, style ${report.style}`}`,
    "",
    row("", "value", interval(report), "no brevity p.", interval(report), "people"),
    ...measureNames.map((name, index) => measureRow(report, name, index)),
    "",
    ...wordingRows(report.captions),
    ...(report.neutral === undefined ? [] : ["", ...neutralRows(report, report.neutral)]),
    ...(report.against === undefined ? [] : ["", ...agreementRows(report.against)]),
  ].join("\n");
}

function wordingRows(captions: Wording): string[] {
  const lengths = `${captions.meanLength.toFixed(2)} (references ${captions.referenceMeanLength.toFixed(2)})`;
  const rows = {
    "different captions": share(captions.distinct),
    "different words": `${captions.words}`,
    "of them in a reference": `${captions.wordsInReferences}`,
    "mean length in words": lengths,
    "end in a preposition or article": share(captions.unfinished),
    "copies of training captions": share(captions.copied),
  };
  return listed(rows);
}

function neutralRows({ measures }: EvaluationReport, neutral: Neutrality): string[] {
  const { cider } = neutral;
  const lost = neutral.measures["BLEU-4"] - measures["BLEU-4"].value;
  return [
    "with neutral",
    ...listed({
      "captions that change": share(neutral.changed),
      "name a sex": share(neutral.gendered),
      "that contradicts all references": `${share(neutral.contradicting)}, then ${share(neutral.contradictingAfter)}`,
      "BLEU-4": signed(lost, 4),
      "CIDEr-D": `${signed(cider.difference, 4)} (${signed(cider.low, 4)} to ${signed(cider.high, 4)})`,
    }),
  ];
}

function agreementRows({ model, captions, tokens, cider }: Agreement): string[] {
  return [
    `against ${model.name} ${model.version}`,
    ...listed({
      "the same caption": `${share(captions)} of ${captions.of}`,
      "the same next word": `${share(tokens)} of ${tokens.of}`,
      "CIDEr-D": `${signed(cider.difference, 4)} (${signed(cider.low, 4)} to ${signed(cider.high, 4)})`,
    }),
  ];
}

function listed(rows: Readonly<Record<string, string>>): string[] {
  return Object.entries(rows).map(([name, value]) => `${name.padEnd(31)} ${value}`);
}

function measureRow(report: EvaluationReport, name: MeasureName, index: number): string {
  const plain = report.bleuWithoutBrevityPenalty[index];
  return row(
    name,
    ...cells(report.measures[name]),
    ...(plain === undefined ? (["", ""] as const) : cells(plain)),
    report.human?.[name].toFixed(4) ?? "",
  );
}

function cells({ value, low, high }: Estimate): [value: string, interval: string] {
  return [value.toFixed(4), `${low.toFixed(4)} to ${high.toFixed(4)}`];
}

function interval({ bootstrap }: EvaluationReport): string {
  return `${Math.round(100 * bootstrap.level)} % interval`;
}

function row(name: string, ...columns: string[]): string {
  const widths = [7, 17, 14, 17, 7];
  const padded = columns.map((column, index) => column.padEnd(widths[index] ?? 0));
  return [name.padEnd(8), ...padded].join(" ").trimEnd();
}

function share({ count, share: part }: Share): string {
  return `${count} (${(100 * part).toFixed(1)} %)`;
}
