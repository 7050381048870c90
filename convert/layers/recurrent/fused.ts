import { LSTM_GATES } from "../../../onnx/index.ts";
import { reshaped, transposed } from "../../graph/arrays.ts";
import type { Constant, Value } from "../../graph/types.ts";
import type { Layer, LayerContext } from "../handler.ts";
import { denseCellConfig } from "./cells.ts";
import type { Recurrence, RecurrenceResult } from "./recurrence.ts";

interface Kind {
  readonly op: "LSTM" | "GRU" | "RNN";
  /** For each gate in ONNX's order, its index in tfjs. */
  readonly gates: readonly number[];
  readonly states: number;
}

const KINDS: Record<string, Kind> = {
  LSTMCell: { op: "LSTM", gates: LSTM_GATES, states: 2 },
  GRUCell: { op: "GRU", gates: [0, 1, 2], states: 1 },
  ResetAfterGRUCell: { op: "GRU", gates: [0, 1, 2], states: 1 },
  SimpleRNNCell: { op: "RNN", gates: [0], states: 1 },
};

interface OnnxActivation {
  readonly name: string;
  readonly alpha?: number;
  readonly beta?: number;
}

/** Activations of ONNX's recurrent operations. */
const ACTIVATIONS: Record<string, OnnxActivation> = {
  relu: { name: "Relu" },
  tanh: { name: "Tanh" },
  sigmoid: { name: "Sigmoid" },
  hardSigmoid: { name: "HardSigmoid", alpha: 0.2, beta: 0.5 },
  hardSigmoid6: { name: "HardSigmoid", alpha: 1 / 6, beta: 0.5 },
  leakyRelu: { name: "LeakyRelu", alpha: 0.2 },
  elu: { name: "Elu", alpha: 1 },
  softsign: { name: "Softsign" },
  softplus: { name: "Softplus" },
  linear: { name: "Affine", alpha: 1, beta: 0 },
};

/**
 * Returns whether one ONNX operation can compute the recurrence: it has no mask, and ONNX has its
 * activations.
 */
export function isFusible(cell: Layer, mask: Value | undefined): boolean {
  const kind = KINDS[cell.getClassName()];
  if (kind === undefined || mask !== undefined) return false;
  const { activation, recurrentActivation } = denseCellConfig(cell);
  const names = kind.op === "RNN" ? [activation] : [activation, recurrentActivation];
  return names.every((name) => name in ACTIVATIONS);
}

/** Writes a recurrence as ONNX's LSTM, GRU or RNN. */
export function fused(context: LayerContext, recurrence: Recurrence): RecurrenceResult {
  const { onnx } = context;
  const { cell, x, states, backwards } = recurrence;
  const kind = KINDS[cell.getClassName()];
  if (kind === undefined) throw new Error(`${cell.getClassName()} is not fused`);
  const { units } = denseCellConfig(cell);
  const [hidden, carry] = states.map((state) => onnx.unsqueeze(state, [0]));
  const outputs = onnx.ops(
    kind.op,
    [
      onnx.transpose(x, [1, 0, 2]),
      ...weights(context, cell, kind),
      undefined,
      hidden,
      ...(kind.states === 2 ? [carry] : []),
    ],
    {
      hidden_size: units,
      direction: backwards ? "reverse" : "forward",
      ...(denseCellConfig(cell).resetAfter && { linear_before_reset: 1 }),
      ...activations(cell, kind),
    },
  );
  const [all, ...last] = outputs;
  if (all === undefined) throw new Error(`${kind.op} has no output`);
  const finals = last.map((state) => onnx.squeeze(state, [0]));
  return {
    sequence: () => onnx.transpose(onnx.squeeze(all, [1]), [1, 0, 2]),
    last: finals[0] ?? all,
    states: finals,
  };
}

/** Returns `W [1, gates x H, I]`, `R [1, gates x H, H]` and `B [1, 2 x gates x H]`. */
function weights(context: LayerContext, cell: Layer, kind: Kind): (Constant | undefined)[] {
  const matrix = (name: string): Constant => {
    const turned = transposed(context.weight(name, cell), [1, 0]);
    const ordered = reorder(turned, kind.gates);
    return reshaped(ordered, [1, ...ordered.shape]);
  };
  const kernels = [matrix("kernel"), matrix("recurrent_kernel")];
  if (!denseCellConfig(cell).useBias) return [...kernels, undefined];
  return [...kernels, biasOf(context.weight("bias", cell), kind)];
}

/**
 * Returns `B`: the bias of the input, then that of the state, which is zero except in a GRU that
 * resets after the product.
 */
function biasOf(bias: Constant, kind: Kind): Constant {
  const size = bias.shape.at(-1) ?? 0;
  const halves = bias.data.length / size;
  const source = bias.data as Float32Array<ArrayBuffer>;
  const data = new Float32Array(2 * size);
  for (let half = 0; half < halves; half += 1) {
    const part = { ...bias, data: source.subarray(half * size, (half + 1) * size) };
    data.set(reorder(part, kind.gates).data as Float32Array, half * size);
  }
  return { ...bias, shape: [1, data.length], data };
}

/** Reorders the blocks of rows, one for each gate: block `i` of the result is block `order[i]`. */
function reorder(constant: Constant, order: readonly number[]): Constant {
  const source = constant.data as Float32Array<ArrayBuffer>;
  const size = source.length / order.length;
  const data = new Float32Array(source.length);
  for (const [place, gate] of order.entries()) {
    data.set(source.subarray(gate * size, (gate + 1) * size), place * size);
  }
  return { ...constant, data };
}

function activations(cell: Layer, kind: Kind) {
  const { activation, recurrentActivation } = denseCellConfig(cell);
  const used = {
    LSTM: [recurrentActivation, activation, activation],
    GRU: [recurrentActivation, activation],
    RNN: [activation],
  }[kind.op].flatMap((name) => ACTIVATIONS[name] ?? []);
  return {
    activations: used.map(({ name }) => name),
    activation_alpha: { floats: used.flatMap(({ alpha }) => alpha ?? []) },
    activation_beta: { floats: used.flatMap(({ beta }) => beta ?? []) },
  };
}
