import type { InputShape } from "../graphs/inputs.ts";

/** What the measuring processes are told. */
export interface ElsewhereArgument {
  /** The bundle's folder. */
  readonly bundle: string;
  /** The backbone's graph. */
  readonly graph: string;
  readonly inputs: readonly InputShape[];
  readonly picture: string;
  readonly runs: number;
}
