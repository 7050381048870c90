import { selectRows, type Tensor } from "../runtime.ts";
import type { DecoderStep } from "../search/step.ts";
import type { LoadedBundle } from "./read.ts";

/** The tensors that a decoder's step reads besides the tokens, in the manifest's order. */
export interface DecoderState {
  /** The state of N captions, which each step replaces: `[N, ...]` each. */
  readonly recurrent: readonly Tensor[];
  /** What the decoder reads of the image at every step: `[N, ...]` each. */
  readonly image: readonly Tensor[];
}

/**
 * Runs a bundle's encoder.
 *
 * @param image - the prepared image, `[H, W, 3]` of the bundle's preparation
 * @returns the decoder's state before the first word, one row
 */
export async function encodeImage(
  { manifest, encoder }: LoadedBundle,
  image: Uint8Array,
): Promise<DecoderState> {
  const { height, width } = manifest.preparation;
  const { network } = manifest;
  const outputs = await encoder.run({
    [network.encoder.image]: { type: "uint8", dims: [1, height, width, 3], data: image },
  });
  return {
    recurrent: network.decoder.state.map(({ initial }) => pick(outputs, initial)),
    image: network.decoder.image.map(({ from }) => pick(outputs, from)),
  };
}

/** Returns the features `[N, R, D]` that the decoder attends to; undefined without attention. */
export function attendedFeatures(
  { manifest }: LoadedBundle,
  { image }: DecoderState,
): Tensor | undefined {
  return manifest.network.decoder.attention === undefined ? undefined : image[0];
}

/** Runs a bundle's decoder word by word, for the searches. */
export function decoderStep({
  manifest,
  vocabulary,
  decoder,
}: LoadedBundle): DecoderStep<DecoderState> {
  const names = manifest.network.decoder;
  return {
    vocabularySize: vocabulary.size,
    async step(tokens, state) {
      const outputs = await decoder.run({
        [names.token]: { type: "int32", dims: [tokens.length, 1], data: tokens },
        ...named(names.state, state.recurrent),
        ...named(names.image, state.image),
      });
      return {
        logits: floats(pick(outputs, names.logits)),
        state: {
          recurrent: names.state.map(({ output }) => pick(outputs, output)),
          image: state.image,
        },
        ...(names.attention === undefined
          ? {}
          : { attention: floats(pick(outputs, names.attention)) }),
      };
    },
    select: (state, rows) => ({
      recurrent: state.recurrent.map((tensor) => selectRows(tensor, rows)),
      image: state.image.map((tensor) => selectRows(tensor, rows)),
    }),
  };
}

/** Returns tensors by the names of the inputs that take them. */
function named(
  inputs: readonly { readonly input: string }[],
  tensors: readonly Tensor[],
): Record<string, Tensor> {
  return Object.fromEntries(
    inputs.map(({ input }, index) => {
      const tensor = tensors[index];
      if (tensor) return [input, tensor];
      throw new Error(`the decoder's state has no tensor ${index}`);
    }),
  );
}

function pick(outputs: Readonly<Record<string, Tensor>>, name: string): Tensor {
  const tensor = outputs[name];
  if (tensor) return tensor;
  throw new Error(`the graph has no output "${name}", which the manifest names`);
}

function floats(tensor: Tensor): Float32Array {
  if (tensor.data instanceof Float32Array) return tensor.data;
  throw new Error(`expected a float32 tensor, not ${tensor.type}`);
}
