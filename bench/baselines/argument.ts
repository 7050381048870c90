import type { InputShape } from "../inputs.ts";

/** The argument of the measuring processes. */
export interface BaselineArgument {
  /** The bundle's folder. */
  readonly bundle: string;
  /** The file of the backbone's ONNX graph. */
  readonly graph: string;
  readonly inputs: readonly InputShape[];
  readonly runs: number;
}
