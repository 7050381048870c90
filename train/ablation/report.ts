import type { Comparison } from "../../metrics/index.ts";
import { describeFlags } from "../../node/cli/option-flags.ts";
import { signed } from "../../node/cli/signed.ts";
import { changedOptions } from "../../run-files/compare/configuration.ts";
import { differenceOf } from "../../run-files/compare/run-difference.ts";
import type { TrainOptions } from "../../run-files/options.ts";
import { runFolder } from "../../run-files/run-folder.ts";
import { type MeasuredCaptions, measuredRun } from "../../run-files/validation-captions.ts";
import { trainingMeasures } from "./run.ts";

/** A variant that has been trained. */
export interface FinishedRun {
  readonly name: string;
  readonly title: string;
  readonly path: string;
  readonly options: TrainOptions;
}

/** A variant that has not, and why. */
export interface MissingRun {
  readonly name: string;
  readonly title: string;
  readonly reason: string;
}

/** What a run came to; CIDEr-D of its best epoch, greedy, on the scale of ten. */
export interface RunResult {
  readonly name: string;
  readonly title: string;
  /** The options in which it differs from the full recipe, as flags. */
  readonly changed: string;
  readonly validation: number;
  /** Against the full recipe, on the same images; not there where that is not trained. */
  readonly difference?: { readonly value: number; readonly interval: Comparison["interval"] };
  /** CIDEr-D of the sample of training images, and how far above the validation's it is. */
  readonly training: number;
  readonly gap: number;
}

export interface AblationReport {
  /** The options of the full recipe. */
  readonly options: TrainOptions;
  readonly runs: readonly RunResult[];
  readonly missing: readonly MissingRun[];
}

const name = "CIDEr-D";

/** Scores all finished runs, and compares each with the one of the full recipe. */
export async function reportOn(
  options: TrainOptions,
  full: FinishedRun | undefined,
  finished: readonly FinishedRun[],
  missing: readonly MissingRun[],
): Promise<AblationReport> {
  const base = full && (await measuredRun(runFolder(full.path)));
  const runs: RunResult[] = [];
  for (const run of finished) {
    const measured = await measuredRun(runFolder(run.path));
    const compare = base !== undefined && run !== full;
    runs.push({
      ...(await resultOf(run, options, measured)),
      ...(compare ? difference(base, measured) : {}),
    });
  }
  return { options, runs, missing };
}

async function resultOf(
  run: FinishedRun,
  full: TrainOptions,
  { measures }: MeasuredCaptions,
): Promise<Omit<RunResult, "difference">> {
  const training = (await trainingMeasures(run.path))?.[name] ?? Number.NaN;
  const validation = measures.corpus[name];
  return {
    name: run.name,
    title: run.title,
    changed: describeFlags(changedOptions(run.options, full)),
    validation,
    training,
    gap: training - validation,
  };
}

function difference(
  base: MeasuredCaptions,
  measured: MeasuredCaptions,
): Pick<RunResult, "difference"> {
  const comparison = differenceOf(base, measured)?.[name];
  if (!comparison) return {};
  return { difference: { value: comparison.difference, interval: comparison.interval } };
}

/** The report as a table in Markdown. */
export function reportTable({ options, runs, missing }: AblationReport): string {
  const { epochs, fineTune, selfCritical, joint, images, seed } = options;
  const parts = [
    `${epochs} epochs frozen`,
    `${fineTune} fine-tuning`,
    `${selfCritical} self-critical`,
    ...(joint > 0 ? [`${joint} joint`] : []),
    ...(images === undefined ? [] : [`${images} training images`]),
    `seed ${seed}`,
  ];
  return [
    `Validation CIDEr-D of the best epoch, greedy; ${parts.join(", ")}.`,
    "Differences from the full recipe with paired bootstrap intervals of 95 %.",
    "",
    "| run | CIDEr-D | difference | of training images | gap |",
    "|---|---|---|---|---|",
    ...runs.map(tableRow),
    ...(missing.length === 0 ? [] : ["", "Not run:", "", ...missing.map(missingLine)]),
  ].join("\n");
}

function tableRow({ title, validation, difference, training, gap }: RunResult): string {
  const compared = difference
    ? `${signed(difference.value, 3)} [${signed(difference.interval.low, 3)}, ${signed(difference.interval.high, 3)}]`
    : "";
  const cells = [title, validation.toFixed(3), compared, training.toFixed(3), gap.toFixed(3)];
  return `| ${cells.join(" | ")} |`;
}

function missingLine({ name, title, reason }: MissingRun): string {
  return `- ${name} (${title}): ${reason}`;
}
