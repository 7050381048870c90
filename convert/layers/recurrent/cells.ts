import { z } from "zod";
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Shape, Value } from "../../graph/types.ts";
import { activate } from "../activations.ts";
import { type Layer, type LayerContext, option, Refusal } from "../handler.ts";
import { convolutionalCell } from "./convolutional.ts";
import { stackedCell } from "./stacked.ts";

/** A step of a recurrence, in ordinary operations. */
export interface Cell {
  /** Computes what does not depend on the states, for all steps at once: `[N, T, ...]`. */
  prepare(onnx: GraphBuilder, x: Value): Value;
  /**
   * Computes the output and the next states from the prepared input of one step `[N, ...]` and the
   * states.
   */
  step(onnx: GraphBuilder, prepared: Value, states: readonly Value[]): Step;
  /** Returns the shapes of the states, given the prepared input of all steps. */
  stateShapes(prepared: Shape): Shape[];
}

export interface Step {
  readonly output: Value;
  readonly states: readonly Value[];
}

const dense = z.object({
  units: z.int().positive(),
  activation: option.activation,
  useBias: z.boolean(),
  resetAfter: option.flag,
  recurrentActivation: option.activation.nullish().transform((name) => name ?? "linear"),
});

type DenseCellConfig = z.infer<typeof dense>;

/** Returns the options that the LSTM, GRU and simple cells share. */
export function denseCellConfig(cell: Layer): DenseCellConfig {
  return dense.parse(cell.getConfig());
}

/**
 * Returns a layer inside a layer: an RNN's cell, or the layer of a wrapper.
 *
 * @throws {Refusal} where there is none.
 */
export function part(layer: Layer, name: string): Layer {
  const inner: unknown = Reflect.get(layer, name);
  if (typeof inner !== "object" || inner === null || !("getClassName" in inner)) {
    throw new Refusal(name, "is not a layer");
  }
  return inner as Layer;
}

/**
 * Returns a cell's step.
 *
 * @throws {Refusal} for a cell class without a handler.
 */
export function cellOf(context: LayerContext, cell: Layer): Cell {
  switch (cell.getClassName()) {
    case "LSTMCell":
      return longShortTermMemory(context, cell);
    case "GRUCell":
      return gatedRecurrentUnit(context, cell);
    case "ResetAfterGRUCell":
      return resetAfter(context, cell);
    case "SimpleRNNCell":
      return simple(context, cell);
    case "ConvLSTM2DCell":
      return convolutionalCell(context, cell);
    case "StackedRNNCells":
      return stackedCell(cell, (inner) =>
        context.onnx.inside(inner.name, () => cellOf(context, inner)),
      );
    default:
      throw new Refusal("cell", `${cell.getClassName()} has no handler`);
  }
}

/** Computes `x W + b`, which every dense cell starts with. */
function projection(context: LayerContext, cell: Layer, useBias: boolean): Cell["prepare"] {
  const kernel = context.weight("kernel", cell);
  return (onnx, x) => {
    const projected = onnx.op("MatMul", [x, kernel]);
    return useBias ? onnx.op("Add", [projected, context.weight("bias", cell)]) : projected;
  };
}

function dims(units: number, count: number): Cell["stateShapes"] {
  return ([batch = 1]) => Array.from({ length: count }, () => [batch, units]);
}

/** Returns the step of an LSTM (Hochreiter and Schmidhuber, 1997), with gates in the order i, f, c, o. */
function longShortTermMemory(context: LayerContext, cell: Layer): Cell {
  const { units, activation, recurrentActivation, useBias } = denseCellConfig(cell);
  const recurrent = context.weight("recurrent_kernel", cell);
  return {
    prepare: projection(context, cell, useBias),
    stateShapes: dims(units, 2),
    step(onnx, prepared, [h, c]) {
      const gates = onnx.op("Add", [prepared, onnx.op("MatMul", [h, recurrent])]);
      const [i, f, candidate, o] = splitGates(onnx, gates, 4, units);
      const open = (gate: Value) => activate(onnx, gate, recurrentActivation);
      const kept = onnx.op("Mul", [open(f), c]);
      const added = onnx.op("Mul", [open(i), activate(onnx, candidate, activation)]);
      const nextC = onnx.op("Add", [kept, added]);
      const nextH = onnx.op("Mul", [open(o), activate(onnx, nextC, activation)]);
      return { output: nextH, states: [nextH, nextC] };
    },
  };
}

/**
 * Returns the step of Keras' default GRU, with gates z, r, h: the reset gate acts on the recurrent
 * product, including its bias (as in cuDNN).
 */
function resetAfter(context: LayerContext, cell: Layer): Cell {
  const { units, activation, recurrentActivation, useBias } = denseCellConfig(cell);
  const recurrent = context.weight("recurrent_kernel", cell);
  const kernel = context.weight("kernel", cell);
  const biases = useBias ? context.onnx.split(context.weight("bias", cell), 0, [1, 1]) : [];
  const plus = (onnx: GraphBuilder, sum: Value, bias: Value | undefined) =>
    bias === undefined ? sum : onnx.op("Add", [sum, bias]);
  return {
    prepare: (onnx, x) => plus(onnx, onnx.op("MatMul", [x, kernel]), biases[0]),
    stateShapes: dims(units, 1),
    step(onnx, prepared, [h]) {
      const product = plus(onnx, onnx.op("MatMul", [h, recurrent]), biases[1]);
      const [inputZ, inputR, inputH] = splitGates(onnx, prepared, 3, units);
      const [stateZ, stateR, stateH] = splitGates(onnx, product, 3, units);
      const z = activate(onnx, onnx.op("Add", [inputZ, stateZ]), recurrentActivation);
      const r = activate(onnx, onnx.op("Add", [inputR, stateR]), recurrentActivation);
      const sum = onnx.op("Add", [inputH, onnx.op("Mul", [r, stateH])]);
      return mixed(onnx, z, h, activate(onnx, sum, activation));
    },
  };
}

/** Computes `z h + (1 - z) candidate`, the output and state of a GRU. */
function mixed(onnx: GraphBuilder, z: Value, h: Value | undefined, candidate: Value): Step {
  const fresh = onnx.op("Mul", [onnx.op("Sub", [onnx.scalar(1), z]), candidate]);
  const next = onnx.op("Add", [onnx.op("Mul", [z, h]), fresh]);
  return { output: next, states: [next] };
}

/**
 * Returns the step of tfjs's GRU (Cho et al., 2014), with gates z, r, h: the reset gate acts on the
 * state, before the recurrent product.
 */
function gatedRecurrentUnit(context: LayerContext, cell: Layer): Cell {
  const { units, activation, recurrentActivation, useBias } = denseCellConfig(cell);
  const recurrent = context.weight("recurrent_kernel", cell);
  return {
    prepare: projection(context, cell, useBias),
    stateShapes: dims(units, 1),
    step(onnx, prepared, [h]) {
      const [ofGates, ofCandidate] = onnx.split(recurrent, 1, [2 * units, units]);
      const [inputZ, inputR, inputH] = splitGates(onnx, prepared, 3, units);
      const [stateZ, stateR] = splitGates(onnx, onnx.op("MatMul", [h, ofGates]), 2, units);
      const z = activate(onnx, onnx.op("Add", [inputZ, stateZ]), recurrentActivation);
      const r = activate(onnx, onnx.op("Add", [inputR, stateR]), recurrentActivation);
      const reset = onnx.op("MatMul", [onnx.op("Mul", [r, h]), ofCandidate]);
      const candidate = activate(onnx, onnx.op("Add", [inputH, reset]), activation);
      return mixed(onnx, z, h, candidate);
    },
  };
}

function simple(context: LayerContext, cell: Layer): Cell {
  const { units, activation, useBias } = denseCellConfig(cell);
  const recurrent = context.weight("recurrent_kernel", cell);
  return {
    prepare: projection(context, cell, useBias),
    stateShapes: dims(units, 1),
    step(onnx, prepared, [h]) {
      const sum = onnx.op("Add", [prepared, onnx.op("MatMul", [h, recurrent])]);
      const next = activate(onnx, sum, activation);
      return { output: next, states: [next] };
    },
  };
}

type Gates = [Value, Value, Value, Value];

function splitGates(onnx: GraphBuilder, x: Value, count: number, units: number): Gates {
  return onnx.split(x, -1, Array(count).fill(units)) as Gates;
}
