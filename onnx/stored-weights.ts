import { fileOfRole, type Manifest } from "../core/bundle/manifest.ts";
import type { ReadFile } from "../core/bundle/read.ts";
import { permuted } from "./axes.ts";
import { halfToNumber } from "./half-precision.ts";
import { externalLocations, readInitializers, readOnnx } from "./index.ts";
import type { ModelProto } from "./schema/onnx_pb.ts";
import { type SharedInitializer, sharedInitializers } from "./shared-initializers.ts";
import type { OnnxTensor } from "./tensors.ts";

/** A weight as the graph computes with it, row-major. */
export interface StoredWeight {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

/**
 * Reads the weights of a converted model by the names of their layers, however they are stored: in half
 * precision, as bytes with a scale for each column, in blocks of rows, or once for several layers.
 */
export class StoredWeights {
  readonly #tensors: ReadonlyMap<string, OnnxTensor>;
  readonly #shared: ReadonlyMap<string, SharedInitializer>;

  /** @param files - external data by location. */
  constructor(model: ModelProto, files?: ReadonlyMap<string, Uint8Array>) {
    this.#tensors = readInitializers(model, files);
    this.#shared = sharedInitializers(model);
  }

  /** Returns a weight by its name `<layer>/<weight>`; undefined if the model lacks it. */
  get(name: string): StoredWeight | undefined {
    const whole = this.#tensor(name);
    if (whole !== undefined) return this.#widened(name, whole);
    const blocks = this.#blocks(name);
    const [first] = blocks;
    if (first === undefined) return undefined;
    const rows = blocks.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
    return { shape: [rows, ...first.shape.slice(1)], data: joined(blocks.map(({ data }) => data)) };
  }

  /** Returns the tensor stored under a name, or under the name that it is shared with. */
  #tensor(name: string): OnnxTensor | undefined {
    const shared = this.#shared.get(name);
    if (shared === undefined) return this.#tensors.get(name);
    const found = shared.of === name ? undefined : this.#tensor(shared.of);
    if (found === undefined || !shared.transposed) return found;
    const [rows = 1, columns = 1] = found.shape;
    return { ...found, shape: [columns, rows], data: permuted(found.data, found.shape, [1, 0]) };
  }

  /**
   * Returns the blocks of a tensor larger than a file, which are stored as `<name>_rows_<first
   * row>`.
   */
  #blocks(name: string): StoredWeight[] {
    const blocks: StoredWeight[] = [];
    for (let row = 0; ; row += blocks.at(-1)?.shape[0] ?? 0) {
      const block = this.#tensor(`${name}_rows_${row}`);
      if (block === undefined) return blocks;
      blocks.push(this.#widened(name, block));
    }
  }

  #widened(name: string, { type, shape, data }: OnnxTensor): StoredWeight {
    if (type === "float16") {
      return { shape, data: Float32Array.from(data as Uint16Array, halfToNumber) };
    }
    const scale = type === "int8" ? this.#tensor(`${name}_scale`)?.data : undefined;
    if (scale === undefined) return { shape, data: Float32Array.from(data as Float32Array) };
    const ofColumn = (index: number) => Number(scale[index % scale.length] ?? 1);
    const values = data as Int8Array;
    return { shape, data: Float32Array.from(values, (value, index) => value * ofColumn(index)) };
  }
}

/** Reads the weights of one of a bundle's graphs, with its external data. */
export async function readStoredWeights(
  manifest: Manifest,
  role: "encoder" | "decoder",
  read: ReadFile,
): Promise<StoredWeights> {
  const graph = readOnnx(await read(fileOfRole(manifest, role).path));
  const files = new Map<string, Uint8Array>();
  for (const location of externalLocations(graph)) files.set(location, await read(location));
  return new StoredWeights(graph, files);
}

/** Concatenates arrays, `[n1]`, `[n2]`, ..., to `[n1 + n2 + ...]`. */
export function joined(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
