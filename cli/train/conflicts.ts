import { UserError } from "../../core/errors.ts";
import { describeFlags } from "../../node/cli/option-flags.ts";
import type { TrainOptions } from "../../run-files/options.ts";

/** Options as commander read them: only those that were typed. */
type TypedOptions = Readonly<Record<string, unknown>>;

/** Options that would change the shape of the network that `--from` names. */
const SHAPE_OPTIONS = [
  "backbone",
  "decoder",
  "units",
  "embeddingSize",
  "featureSize",
  "attentionSize",
  "tied",
  "pixelRange",
  "imageSize",
];

/** Options that describe the data sets that `--dataset` names. */
const DATASET_OPTIONS = ["weight", "style", "defaultStyle", "format"];

/**
 * Checks that the typed options fit together, before anything is read.
 *
 * @throws {UserError} `conflicting_options`
 */
export function checkConflicts(typed: TypedOptions): void {
  if (typed.resume !== undefined) {
    const others = Object.keys(typed).filter((key) => key !== "resume");
    refuse(flagsOf(others), "--resume keeps all options of the run");
    return;
  }
  if (typed.from !== undefined) {
    refuse(given(typed, SHAPE_OPTIONS), "--from keeps the shape of its network");
  } else if (Number(typed.anchor) > 0) {
    refuse(
      { anchor: typed.anchor },
      "--anchor pulls back to the weights of --from, which is missing",
    );
  }
  if (typed.dataset === undefined) {
    refuse(given(typed, DATASET_OPTIONS), "Synthetic images have no data sets to describe");
  }
  const repeated = [typed.featureLayer ?? []].flat().find(isRepeated);
  if (repeated !== undefined) {
    refuse({ featureLayer: repeated }, "Each --feature-layer is joined once");
  }
}

/**
 * Checks that there is something to train, or a captioner to measure.
 *
 * @throws {UserError} `conflicting_options`
 */
export function checkEpochs({ epochs, fineTune, selfCritical, joint, from }: TrainOptions): void {
  if (from !== undefined || epochs + fineTune + selfCritical + joint > 0) return;
  throw new UserError(
    "conflicting_options",
    "A run without an epoch measures the captioner of --from, which is missing: name one, or give a number of --epochs.",
  );
}

/** @throws {UserError} `conflicting_options` when there are options to leave out. */
function refuse(options: TypedOptions, reason: string): void {
  if (Object.keys(options).length === 0) return;
  throw new UserError("conflicting_options", `${reason}: leave out ${describeFlags(options)}.`);
}

function given(typed: TypedOptions, keys: readonly string[]): TypedOptions {
  return Object.fromEntries(Object.entries(typed).filter(([key]) => keys.includes(key)));
}

/** Flags without their values. */
function flagsOf(keys: readonly string[]): TypedOptions {
  return Object.fromEntries(keys.map((key) => [key, true]));
}

function isRepeated<T>(item: T, index: number, items: readonly T[]): boolean {
  return items.indexOf(item) < index;
}
