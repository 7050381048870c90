import { z } from "zod";
import { UserError } from "../../core/errors.ts";

/** A use of another layer's output: `[layer, use, output, arguments]`. */
const referenceSchema = z.tuple([z.string(), z.int(), z.int()]).rest(z.unknown());

const layerSchema = z.looseObject({
  name: z.string(),
  class_name: z.string(),
  config: z.record(z.string(), z.unknown()),
  inbound_nodes: z.array(z.array(referenceSchema)),
});

/** The file of role `encoder-topology`. */
export const encoderTopologySchema = z.object({
  /** The last layer of the backbone: a grid `[N, rows, columns, channels]`. */
  featureLayer: z.string().min(1),
  /** The encoder as TensorFlow.js saves a functional LayersModel; its weights are in the graph. */
  modelTopology: z.looseObject({
    class_name: z.string(),
    config: z.looseObject({ name: z.string(), layers: z.array(layerSchema).min(2) }),
  }),
});

export type EncoderTopology = z.infer<typeof encoderTopologySchema>;
export type LayerTopology = z.infer<typeof layerSchema>;

/** The layers of a backbone, starting with its input. */
interface BackboneLayers {
  readonly layers: readonly LayerTopology[];
  /** The values that the backbone expects for black and white. */
  readonly pixelRange: readonly [number, number];
}

/**
 * Returns the layers of an encoder up to its feature layer, without the `Rescaling` that encoders
 * of this project begin with; `pixelRange` is what that layer scales pixels to.
 *
 * @throws {UserError} `unknown_feature_layer`; `invalid_bundle` for an encoder of another
 *   structure.
 */
export function backboneLayers(topology: EncoderTopology, featureLayer: string): BackboneLayers {
  const chosen = ancestors(topology.modelTopology.config.layers, featureLayer);
  const [input, rescaling, ...rest] = chosen;
  if (input?.class_name !== "InputLayer" || rescaling?.class_name !== "Rescaling") {
    throw new UserError(
      "invalid_bundle",
      "The bundle's encoder does not begin with an input and a Rescaling layer: convert the run again.",
    );
  }
  const { scale, offset } = rescaling.config;
  const black = Number(offset);
  return {
    layers: [input, ...rest.map((layer) => renamedInputs(layer, rescaling.name, input.name))],
    pixelRange: [black, black + 255 * Number(scale)],
  };
}

/**
 * Builds the `modelTopology` of a backbone alone, as TensorFlow.js loads it.
 *
 * @param topology - the encoder that the layers came from.
 * @param layers - the backbone's layers, its input first.
 * @param featureLayer - the layer whose output becomes the model's only output.
 */
export function backboneTopology(
  { modelTopology }: EncoderTopology,
  layers: readonly LayerTopology[],
  featureLayer: string,
): object {
  const { config, ...model } = modelTopology;
  return {
    ...model,
    config: {
      ...config,
      name: "backbone",
      layers,
      input_layers: [[layers[0]?.name ?? "", 0, 0]],
      output_layers: [[featureLayer, 0, 0]],
    },
  };
}

/**
 * Returns a layer and those that it depends on, in the order of the file, which tfjs writes from
 * inputs to outputs.
 */
function ancestors(layers: readonly LayerTopology[], name: string): LayerTopology[] {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  if (!byName.has(name)) {
    throw new UserError("unknown_feature_layer", `The bundle's encoder has no layer "${name}".`);
  }
  const wanted = new Set<string>();
  const open = [name];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (wanted.has(next)) continue;
    wanted.add(next);
    open.push(...inputsOf(byName.get(next)));
  }
  return layers.filter((layer) => wanted.has(layer.name));
}

/** Returns the names of the layers that a layer reads. */
export function inputsOf(layer: LayerTopology | undefined): string[] {
  return layer?.inbound_nodes.flat().map(([name]) => name) ?? [];
}

function renamedInputs(layer: LayerTopology, from: string, to: string): LayerTopology {
  const nodes = layer.inbound_nodes.map((node) =>
    node.map((reference): typeof reference => {
      const [name, ...rest] = reference;
      return [name === from ? to : name, ...rest];
    }),
  );
  return { ...layer, inbound_nodes: nodes };
}
