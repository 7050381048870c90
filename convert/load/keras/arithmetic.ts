import { isRecord, type Json, recordAt } from "../json.ts";
import { isReference, type Reference } from "./edges.ts";

interface Affine {
  readonly scale: number;
  readonly offset: number;
}

/** One of an operation's arguments: a number, or another layer's output. */
type Operand = number | Reference;

/** An arithmetic operation that Keras writes as a layer. */
interface Operation {
  readonly name: string;
  readonly operands: readonly Operand[];
}

/** Rewrites `x op c`, or `c op x` if the constant is first, as `scale x + offset`. */
const AFFINE: Readonly<Record<string, (constant: number, isFirst: boolean) => Affine | undefined>> =
  {
    Add: (constant) => ({ scale: 1, offset: constant }),
    Multiply: (constant) => ({ scale: constant, offset: 0 }),
    Subtract: (constant, isFirst) =>
      isFirst ? { scale: -1, offset: constant } : { scale: 1, offset: -constant },
    Divide: (constant, isFirst) => (isFirst ? undefined : { scale: 1 / constant, offset: 0 }),
  };

/** Operations of one tensor. */
const UNARY: Readonly<Record<string, Affine>> = {
  Negative: { scale: -1, offset: 0 },
  Cast: { scale: 1, offset: 0 },
};

/** Operations of two tensors for which there are layers. */
const MERGING = ["Add", "Multiply", "Subtract"];

/** The functions of TensorFlow that Keras 2 writes as a `TFOpLambda`. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  "math.add": "Add",
  "__operators__.add": "Add",
  "math.subtract": "Subtract",
  "math.multiply": "Multiply",
  "math.truediv": "Divide",
  "math.divide": "Divide",
  "math.negative": "Negative",
};

/**
 * Replaces arithmetic that Keras writes as a layer: `x / 255` becomes a `Rescaling`; a sum,
 * difference or product of two tensors becomes that merge layer.
 *
 * @returns the layer unchanged if it is anything else.
 */
export function withoutArithmetic(layer: Json): Json {
  const operation = ofKeras3(layer) ?? ofKeras2(layer);
  if (operation === undefined) return layer;
  const { name, operands } = operation;
  const tensors = operands.filter(isReference);
  const own = { name: layer.name ?? recordAt(layer, "config").name };
  const affine = affineOf(operation);
  if (affine !== undefined) return replaced(layer, "Rescaling", { ...own, ...affine }, tensors);
  const isMerge = tensors.length === 2 && operands.length === 2 && MERGING.includes(name);
  return isMerge ? replaced(layer, name, own, tensors) : layer;
}

function affineOf({ name, operands }: Operation): Affine | undefined {
  if (operands.length === 1) return UNARY[name];
  const place = operands.findIndex((operand) => typeof operand === "number");
  const constant = operands[place];
  return operands.length === 2 && typeof constant === "number"
    ? AFFINE[name]?.(constant, place === 0)
    : undefined;
}

/**
 * Reads an operation of Keras 3: its class is named like the merge layer, and its arguments can be
 * numbers.
 */
function ofKeras3(layer: Json): Operation | undefined {
  const isOperation = String(layer.module ?? "").startsWith("keras.src.ops");
  const [node] = Array.isArray(layer.inbound_nodes) ? layer.inbound_nodes : [];
  if (!isOperation || !isRecord(node) || !Array.isArray(node.args)) return undefined;
  const operands = node.args.map(operandOf);
  const name = String(layer.class_name).replace("TrueDivide", "Divide");
  return operands.every((operand) => operand !== undefined) ? { name, operands } : undefined;
}

function operandOf(value: unknown): Operand | undefined {
  if (typeof value === "number") return value;
  if (!isRecord(value) || value.class_name !== "__keras_tensor__") return undefined;
  const history = recordAt(value, "config").keras_history;
  return isReference(history) ? history : undefined;
}

/**
 * Reads an operation of Keras 2, whose only node is `[layer, node, tensor, {y}]` or
 * `["_CONSTANT_VALUE", -1, x, {y}]`.
 */
function ofKeras2(layer: Json): Operation | undefined {
  if (layer.class_name !== "TFOpLambda") return undefined;
  const nodes = Array.isArray(layer.inbound_nodes) ? layer.inbound_nodes : [];
  const [node] = nodes;
  const [first, ...more] = isFlat(node) ? [node] : Array.isArray(node) ? node : [];
  if (!isFlat(first) || nodes.length !== 1 || more.length > 0) return undefined;
  const called = recordAt(layer, "config").function;
  const kwargs = isRecord(first[3]) ? first[3] : {};
  if (called === "cast") {
    return /^float/.test(String(kwargs.dtype)) && isReference(first)
      ? { name: "Cast", operands: [first] }
      : undefined;
  }
  const operands = [first[0] === "_CONSTANT_VALUE" ? first[2] : first, kwargs.y].filter(
    (value) => value !== undefined,
  );
  const name = FUNCTIONS[String(called)];
  const areKnown = operands.every((each) => typeof each === "number" || isReference(each));
  return name !== undefined && areKnown ? { name, operands: operands as Operand[] } : undefined;
}

/** Returns whether a node is a single reference or a constant. */
function isFlat(node: unknown): node is unknown[] {
  return Array.isArray(node) && typeof node[0] === "string";
}

function replaced(
  layer: Json,
  className: string,
  config: Json,
  tensors: readonly Reference[],
): Json {
  const inbound_nodes = [tensors.map(([name, node, tensor]) => [name, node, tensor, {}])];
  return { ...layer, module: "keras.layers", class_name: className, config, inbound_nodes };
}
