import type { Calibration } from "./measure/calibration.ts";
import type { BenchOptions } from "./options.ts";

/** One row of the table. */
export interface Figure {
  /** What was measured, such as "warm caption, CPU". */
  readonly what: string;
  readonly unit: "ms" | "MiB" | "1/s" | "count" | "ratio" | "million";
  /** The median of the runs, or the only value, unless the note says otherwise. */
  readonly value: number;
  /** The lowest of the runs, which other load on the machine affects least. */
  readonly least?: number;
  readonly runs?: number;
  readonly note?: string;
}

/** A part of the bench: one file in `bench/parts/`. */
export interface Part {
  /** Its name for `--only`. */
  readonly name: string;
  readonly title: string;
  /**
   * Measures.
   *
   * @throws {CannotRun} when something is missing that the part needs.
   */
  run(options: BenchOptions): Promise<Figure[]>;
}

/** A part's figures, or the reason why there are none, with the machine's speed at that time. */
export interface PartResult {
  readonly name: string;
  readonly title: string;
  readonly figures: readonly Figure[];
  readonly absent?: string;
  readonly calibration: Calibration;
}

/** Thrown with the reason why a part cannot be measured here, in one sentence. */
export class CannotRun extends Error {
  override readonly name = "CannotRun";
}
