import type { Calibration } from "./measure/calibration.ts";
import type { BenchOptions } from "./options.ts";

/** One figure of the table. */
export interface Figure {
  /** What was measured, such as "warm caption, CPU". */
  readonly what: string;
  readonly unit: "ms" | "MiB" | "KiB" | "1/s" | "count" | "ratio" | "s" | "million";
  /** The median of the runs, or the only value, unless the note says otherwise. */
  readonly value: number;
  /** The least of the runs: what the machine can do when it is left alone. */
  readonly least?: number;
  readonly runs?: number;
  readonly note?: string;
}

/** What every part is told. */
export interface BenchContext {
  readonly options: BenchOptions;
}

/** A part of the bench, a file of its own. */
export interface Part {
  /** What `--only` calls it. */
  readonly name: string;
  readonly title: string;
  /**
   * Measures.
   *
   * @throws {@link CannotRun} where something is missing that the part needs.
   */
  run(context: BenchContext): Promise<Figure[]>;
}

/** A part's figures, or why there are none, with the machine's speed around it. */
export interface PartResult {
  readonly name: string;
  readonly title: string;
  readonly figures: readonly Figure[];
  readonly absent?: string;
  readonly calibration: Calibration;
}

/** Why a part cannot be measured here: one sentence. */
export class CannotRun extends Error {
  override readonly name = "CannotRun";
}
