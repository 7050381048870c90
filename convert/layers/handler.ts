import type { layers, SymbolicTensor } from "@tensorflow/tfjs";
import { z } from "zod";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Constant, Value } from "../graph/types.ts";

export type Layer = layers.Layer;

/** What a layer gives: its tensors, and beside each the mask that Keras would carry along with it. */
export interface LayerResult {
  readonly outputs: readonly Value[];
  /** One an output, undefined where there is none. By default the first input's mask, if masks pass. */
  readonly masks?: readonly (Value | undefined)[];
}

/** What a handler is given: the layer, its inputs, and where to write. */
export interface LayerContext {
  readonly layer: Layer;
  readonly onnx: GraphBuilder;
  /** The first input. */
  readonly x: Value;
  readonly inputs: readonly Value[];
  /** Masks of the inputs, boolean, `[N, T]` for a sequence. */
  readonly masks: readonly (Value | undefined)[];
  /** The symbolic outputs that tfjs made when the layer was applied. */
  readonly symbolicOutputs: readonly SymbolicTensor[];
  /** A weight of this layer (or of a part of it, such as an RNN's cell) by the name Keras gives it. */
  weight(name: string, of?: Layer): Constant;
  /** Converts a layer inside this one. */
  apply(
    layer: Layer,
    inputs: readonly Value[],
    masks?: readonly (Value | undefined)[],
  ): Required<LayerResult>;
  /** Gives up on the layer, naming the option and why; the others are still looked at. */
  refuse(option: string, reason: string): never;
}

/** Converts one layer: any ONNX operations, through `context.onnx`. */
export type LayerHandler = (context: LayerContext) => Value | readonly Value[] | LayerResult;

/** Something about a layer that cannot be converted. */
export class Refusal extends Error {
  readonly option: string;

  constructor(option: string, reason: string) {
    super(reason);
    this.option = option;
  }
}

/**
 * A handler that first checks the layer's configuration (`layer.getConfig()`): what the schema does
 * not know is refused by name, what it knows arrives typed.
 */
export function withConfig<Config>(
  schema: z.ZodType<Config>,
  convert: (context: LayerContext, config: Config) => ReturnType<LayerHandler>,
): LayerHandler {
  return (context) => {
    const parsed = schema.safeParse(context.layer.getConfig());
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new Refusal(issue?.path.join(".") ?? "config", issue?.message ?? "is not understood");
    }
    return convert(context, parsed.data);
  };
}

const dataFormat = z.enum(["channelsLast", "channelsFirst"]);

/** Pieces that many layers' configurations share. */
export const option = {
  activation: z.string(),
  flag: z
    .boolean()
    .nullish()
    .transform((value) => value ?? false),
  dataFormat: dataFormat.nullish().transform((value) => value ?? "channelsLast"),
  padding: z.enum(["valid", "same"]),
  sizes: z.array(z.int().positive()),
};
