import { isRecord, type Json, recordAt } from "../json.ts";

interface Affine {
  readonly scale: number;
  readonly offset: number;
}

/** `x op c` and `c op x` as `scale x + offset`, for the operations of Keras 3 that are that. */
const operations: Record<string, (constant: number, isFirst: boolean) => Affine | undefined> = {
  Add: (constant) => ({ scale: 1, offset: constant }),
  Multiply: (constant) => ({ scale: constant, offset: 0 }),
  Subtract: (constant, isFirst) =>
    isFirst ? { scale: -1, offset: constant } : { scale: 1, offset: -constant },
  Divide: quotient,
  TrueDivide: quotient,
};

function quotient(constant: number, isFirst: boolean): Affine | undefined {
  return isFirst ? undefined : { scale: 1 / constant, offset: 0 };
}

/**
 * Keras 3 writes `x + 3` and its like as a layer of the class of the merge layer, with a number among
 * its arguments: that is a `Rescaling`.
 *
 * @returns The layer as it was, if it is anything else.
 */
export function withoutArithmetic(layer: Json): Json {
  const operation = operations[String(layer.class_name)];
  const isOperation = String(layer.module ?? "").startsWith("keras.src.ops");
  const nodes = layer.inbound_nodes;
  const [node] = Array.isArray(nodes) ? nodes : [];
  if (operation === undefined || !isOperation || !isRecord(node)) return layer;
  const args = Array.isArray(node.args) ? node.args : [];
  const place = args.findIndex((value) => typeof value === "number");
  const affine = args.length === 2 && place >= 0 ? operation(args[place], place === 0) : undefined;
  if (affine === undefined) return layer;
  const name = layer.name ?? recordAt(layer, "config").name;
  return { ...layer, module: "keras.layers", class_name: "Rescaling", config: { name, ...affine } };
}
