/**
 * The part of ONNX Runtime that captioning needs.
 *
 * Node and Workers load the runtime in different ways (a Worker may not compile WebAssembly), so each
 * has an adapter and passes it to `core` as an argument.
 *
 * @module
 */

/** The elements of a tensor, row by row. */
export type TensorData = Float32Array | Int32Array | Uint8Array;

/** A tensor of the shape `dims`. */
export interface Tensor {
  readonly type: "float32" | "int32" | "uint8";
  readonly dims: readonly number[];
  readonly data: TensorData;
}

/** A loaded graph. */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(inputs: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>;
}

/** Weights outside the graph's file, which refers to them by `path`. */
export interface ExternalData {
  readonly path: string;
  readonly data: Uint8Array;
}

/** How a graph is loaded. */
export interface SessionOptions {
  /**
   * Whether to keep each matrix in the order in which it is multiplied, true by default. Products with a
   * single row, such as a word's, are a third faster so; matrices are held twice while they are loaded.
   */
  readonly prepack?: boolean;
}

/** Loads graphs. */
export interface Runtime {
  createSession(
    model: Uint8Array,
    externalData: readonly ExternalData[],
    options?: SessionOptions,
  ): Promise<Session>;
}

const allocate = {
  float32: (length: number) => new Float32Array(length),
  int32: (length: number) => new Int32Array(length),
  uint8: (length: number) => new Uint8Array(length),
} satisfies Record<Tensor["type"], (length: number) => TensorData>;

/**
 * Selects rows of a tensor, in the given order; a row may occur several times.
 *
 * @param tensor - `[N, ...]`
 * @returns `[rows.length, ...]`
 */
export function selectRows(tensor: Tensor, rows: readonly number[]): Tensor {
  const count = tensor.dims[0] ?? 0;
  if (rows.length === count && rows.every((row, index) => row === index)) return tensor;
  const size = tensor.data.length / count;
  const data: TensorData = allocate[tensor.type](rows.length * size);
  for (const [index, row] of rows.entries()) {
    data.set(tensor.data.subarray(row * size, (row + 1) * size), index * size);
  }
  return { type: tensor.type, dims: [rows.length, ...tensor.dims.slice(1)], data };
}
