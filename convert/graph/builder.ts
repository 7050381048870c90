import { type DataType, type TensorData, toOnnxType } from "../../onnx/index.ts";
import { type Inferred, infer, positiveAxis } from "./infer/index.ts";
import {
  type Attribute,
  type Constant,
  type Dim,
  elementCount,
  type Graph,
  isStatic,
  type Shape,
  type Value,
} from "./types.ts";

type Attributes = Readonly<Record<string, Attribute>>;
type Input = Value | undefined;

/**
 * Appends nodes to a graph and infers the shape of everything it appends.
 *
 * `op` appends any operation. The other methods cover operations that take numbers as tensors, or
 * whose form changed between opsets.
 */
export class GraphBuilder {
  readonly graph: Graph;
  readonly opset: number;
  /** Prefix of the names of nodes and values: the current layer. */
  scope = "";

  constructor(graph: Graph, opset: number) {
    this.graph = graph;
    this.opset = opset;
  }

  /** Appends a node with one output and returns the output. */
  op(op: string, inputs: readonly Input[], attributes: Attributes = {}): Value {
    const [output] = this.ops(op, inputs, attributes);
    if (output === undefined) throw new Error(`${op} has no output`);
    return output;
  }

  /**
   * Appends a node and returns all its outputs.
   *
   * @param as - the domain, and the types and shapes of the outputs, of an operation whose shapes
   *   are not inferred.
   */
  ops(
    op: string,
    inputs: readonly Input[],
    attributes: Attributes = {},
    as: { domain?: string; outputs?: readonly Inferred[] } = {},
  ): Value[] {
    const name = this.scope === "" ? op : `${this.scope}/${op}`;
    const inferred = as.outputs ?? infer(op, inputs, attributes);
    const outputs = inferred.map(({ type, shape }): Value => ({ name, type, shape }));
    const node = { name, op, domain: as.domain ?? "", inputs: [...inputs], outputs, attributes };
    this.graph.nodes.push(node);
    return outputs;
  }

  /** Runs a function under a longer prefix. */
  inside<Result>(name: string, write: () => Result): Result {
    const outer = this.scope;
    this.scope = outer === "" ? name : `${outer}/${name}`;
    try {
      return write();
    } finally {
      this.scope = outer;
    }
  }

  /** Returns a builder for a subgraph, which can read every value written before. */
  subgraph(name: string): GraphBuilder {
    const inner = new GraphBuilder({ name, inputs: [], outputs: [], nodes: [] }, this.opset);
    inner.scope = this.scope;
    return inner;
  }

  input(name: string, type: DataType, shape: Shape): Value {
    const value = { name, type, shape };
    this.graph.inputs.push(value);
    return value;
  }

  constant(name: string, type: DataType, shape: readonly number[], data: TensorData): Constant {
    return { name, type, shape, data };
  }

  floats(values: readonly number[], shape: readonly number[] = [values.length]): Constant {
    return this.constant(`${this.scope}/constant`, "float32", shape, new Float32Array(values));
  }

  scalar(value: number, type: "float32" | "int32" = "float32"): Constant {
    const data = type === "float32" ? new Float32Array([value]) : new Int32Array([value]);
    return this.constant(`${this.scope}/constant`, type, [], data);
  }

  ints(values: readonly number[], shape: readonly number[] = [values.length]): Constant {
    const data = new BigInt64Array(values.map(BigInt));
    return this.constant(`${this.scope}/sizes`, "int64", shape, data);
  }

  transpose(x: Value, perm: readonly number[]): Value {
    return perm.every((axis, index) => axis === index) ? x : this.op("Transpose", [x], { perm });
  }

  cast(x: Value, to: DataType): Value {
    return x.type === to ? x : this.op("Cast", [x], { to: toOnnxType(to) });
  }

  unsqueeze(x: Value, axes: readonly number[]): Value {
    return this.op("Unsqueeze", [x, this.ints(axes)]);
  }

  squeeze(x: Value, axes: readonly number[]): Value {
    return this.op("Squeeze", [x, this.ints(axes)]);
  }

  /**
   * Reduces over axes, which are an attribute up to opset 17 and an input from 18 on (for
   * `ReduceSum` from 13 on).
   */
  reduce(op: string, x: Value, axes: readonly number[], keep = false): Value {
    const keepdims = keep ? 1 : 0;
    const positive = axes.map((axis) => positiveAxis(axis, x.shape.length));
    return op === "ReduceSum" || this.opset >= 18
      ? this.op(op, [x, this.ints(positive)], { keepdims })
      : this.op(op, [x], { axes: positive, keepdims });
  }

  /** Returns `x[..., start:end:step, ...]` along one axis. */
  slice(x: Value, axis: number, start: number, end: number, step = 1): Value {
    const inputs = [start, end, axis, step].map((value) => this.ints([value]));
    return this.op("Slice", [x, ...inputs]);
  }

  reverse(x: Value, axis: number): Value {
    return this.slice(x, axis, -1, -Number.MAX_SAFE_INTEGER, -1);
  }

  split(x: Value, axis: number, sizes: readonly number[]): Value[] {
    return this.ops("Split", [x, this.ints(sizes)], { axis });
  }

  concat(values: readonly Value[], axis: number): Value {
    const [only] = values;
    return values.length === 1 && only !== undefined ? only : this.op("Concat", values, { axis });
  }

  /** Pads with a value. `begins` and `ends` have one number per axis. */
  pad(x: Value, begins: readonly number[], ends: readonly number[], value?: Value): Value {
    return this.op("Pad", [x, this.ints([...begins, ...ends]), value], { mode: "constant" });
  }

  /**
   * Reshapes. Sizes known only at run time keep their names; where more than one cannot be
   * inferred, they are read from the sources' shapes.
   *
   * @param sources - values whose shapes have the named sizes, besides `x`.
   */
  reshape(x: Value, dims: Shape, sources: readonly Value[] = []): Value {
    const zeroCopies = dims.map(
      (dim, axis): Dim => (typeof dim === "string" && dim === x.shape[axis] ? 0 : dim),
    );
    const placeholders = zeroCopies.filter((dim) => typeof dim === "string" || dim === -1);
    const simple = placeholders.length <= 1;
    const target = simple
      ? this.ints(zeroCopies.map((dim) => (typeof dim === "string" ? -1 : dim)))
      : this.sizes(dims, [x, ...sources]);
    return this.#withShape(this.op("Reshape", [x, target]), dims);
  }

  expand(x: Value, dims: Shape, sources: readonly Value[] = []): Value {
    return this.#withShape(this.op("Expand", [x, this.sizes(dims, sources)]), dims);
  }

  /**
   * Returns the sizes as a tensor: a constant if all are known, otherwise read from the sources'
   * shapes.
   */
  sizes(dims: Shape, sources: readonly Value[]): Value {
    if (isStatic(dims)) return this.ints(dims);
    const parts = dims.map((dim) =>
      typeof dim === "number" ? this.ints([dim]) : this.#sizeOf(dim, sources),
    );
    return this.concat(parts, 0);
  }

  /** Returns a tensor filled with one number. */
  filled(value: number, dims: Shape, sources: readonly Value[]): Value {
    return isStatic(dims)
      ? this.floats(Array(elementCount(dims)).fill(value), dims)
      : this.expand(this.scalar(value), dims, sources);
  }

  #sizeOf(dim: string, sources: readonly Value[]): Value {
    for (const source of sources) {
      const axis = source.shape.indexOf(dim);
      if (axis >= 0) return this.op("Gather", [this.op("Shape", [source]), this.ints([axis])]);
    }
    throw new Error(`No source has the size "${dim}"`);
  }

  /** Overrides the inferred shape with the sizes that the caller knows. */
  #withShape(value: Value, dims: Shape): Value {
    value.shape = value.shape.map((dim, axis) => {
      const wanted = dims[axis] ?? dim;
      return wanted === -1 ? dim : wanted;
    });
    return value;
  }
}
