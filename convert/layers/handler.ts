import type { layers, SymbolicTensor } from "@tensorflow/tfjs";
import { z } from "zod";
import { firstIssue } from "../../core/errors.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Constant, Value } from "../graph/types.ts";

export type Layer = layers.Layer;

/** The outputs of a layer and the masks that Keras would propagate with them. */
export interface LayerResult {
  readonly outputs: readonly Value[];
  /**
   * One per output, undefined if there is none. Defaults to the mask of the first input, if the
   * layer passes masks on.
   */
  readonly masks?: readonly (Value | undefined)[];
}

/** The layer that a handler converts, its inputs, and the builder to write to. */
export interface LayerContext {
  readonly layer: Layer;
  readonly onnx: GraphBuilder;
  /** The first input. */
  readonly x: Value;
  readonly inputs: readonly Value[];
  /** Masks of the inputs, boolean, `[N, T]` for a sequence. */
  readonly masks: readonly (Value | undefined)[];
  /** The symbolic outputs of this use of the layer. */
  readonly symbolicOutputs: readonly SymbolicTensor[];
  /**
   * Returns a weight by the name that Keras gives it.
   *
   * @param of - a part of the layer that holds the weight, such as an RNN's cell.
   */
  weight(name: string, of?: Layer): Constant;
  /** Converts a layer inside this one. */
  apply(
    layer: Layer,
    inputs: readonly Value[],
    masks?: readonly (Value | undefined)[],
  ): Required<LayerResult>;
  /**
   * Reports that the layer cannot be converted; the other layers are still checked.
   *
   * @param option - the option at fault.
   */
  refuse(option: string, reason: string): never;
}

/** Converts one layer with any ONNX operations, through `context.onnx`. */
export type LayerHandler = (context: LayerContext) => Value | readonly Value[] | LayerResult;

/** Thrown by handlers: the option because of which a layer cannot be converted, and the reason. */
export class Refusal extends Error {
  readonly option: string;

  constructor(option: string, reason: string) {
    super(reason);
    this.option = option;
  }
}

/**
 * Returns a handler that validates the layer's configuration (`layer.getConfig()`) first: it
 * refuses options that the schema rejects, by name.
 */
export function withConfig<Config>(
  schema: z.ZodType<Config>,
  convert: (context: LayerContext, config: Config) => ReturnType<LayerHandler>,
): LayerHandler {
  return (context) => {
    const parsed = schema.safeParse(context.layer.getConfig());
    if (!parsed.success) {
      const { place, message } = firstIssue(parsed.error);
      throw new Refusal(place, message);
    }
    return convert(context, parsed.data);
  };
}

const dataFormat = z.enum(["channelsLast", "channelsFirst"]);

/** Schemas of options that many layers share. */
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
