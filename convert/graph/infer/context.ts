import type { DataType } from "../../../onnx/index.ts";
import type { Attribute, Constant, Shape, Value } from "../types.ts";
import { isConstant } from "../types.ts";

export interface Inferred {
  readonly type: DataType;
  readonly shape: Shape;
}

/** Returns the types and shapes of a node's outputs from its inputs and attributes. */
export type Inference = (node: NodeView) => Inferred[];

/** Gives access to the node whose outputs are inferred. */
export class NodeView {
  readonly op: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes: Readonly<Record<string, Attribute>>;

  constructor(
    op: string,
    inputs: readonly (Value | undefined)[],
    attributes: Readonly<Record<string, Attribute>>,
  ) {
    this.op = op;
    this.inputs = inputs;
    this.attributes = attributes;
  }

  input(index: number): Value {
    const value = this.inputs[index];
    if (value === undefined) throw new Error(`${this.op} lacks its input ${index}`);
    return value;
  }

  /** Returns the numbers of a constant input; undefined for one that is absent or computed. */
  constants(index: number): number[] | undefined {
    const value: Value | Constant | undefined = this.inputs[index];
    return isConstant(value) ? Array.from(value.data, Number) : undefined;
  }

  int(name: string, fallback: number): number {
    const value = this.attributes[name];
    return typeof value === "number" ? value : fallback;
  }

  ints(name: string): number[] | undefined {
    const value = this.attributes[name];
    return Array.isArray(value) ? value.map(Number) : undefined;
  }

  text(name: string, fallback: string): string {
    const value = this.attributes[name];
    return typeof value === "string" ? value : fallback;
  }
}
