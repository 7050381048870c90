/**
 * A process that captions the examples and counts the calls of ONNX Runtime and the size of its heap,
 * which is the same in a Worker.
 *
 * @module
 */

import type { Session } from "../../core/runtime.ts";
import { EXAMPLE_NAMES, exampleImage } from "../images.ts";
import { answer } from "../measure/child.ts";

export interface CaptionCounts {
  /** Calls of `session.run` per caption beside one for each token, the end token included. */
  readonly runsBesideWords: number;
  /** Size of ONNX Runtime's heap after the captions. */
  readonly heapBytes: number;
}

/** ONNX Runtime creates its memory in JavaScript when it is imported, so this must come first. */
const memories: { readonly buffer: ArrayBufferLike }[] = [];
const web = WebAssembly as unknown as { Memory: new (descriptor: object) => (typeof memories)[0] };
const { Memory } = web;
web.Memory = class extends Memory {
  constructor(descriptor: object) {
    super(descriptor);
    memories.push(this);
  }
};

await answer(async (bundle: string): Promise<CaptionCounts> => {
  const { Captioner } = await import("../../core/captioner.ts");
  const { decodeImage } = await import("../../core/codecs/decode.ts");
  const { prepare } = await import("../../core/image/prepare.ts");
  const { readBundle } = await import("../../node/bundle.ts");
  const { loadDecoders } = await import("../../node/codecs.ts");

  let runs = 0;
  const counted = (session: Session): Session => ({
    ...session,
    run(inputs) {
      runs++;
      return session.run(inputs);
    },
  });
  const loaded = await readBundle(bundle);
  const { encoder, decoder } = loaded;
  const captioner = new Captioner({
    ...loaded,
    encoder: counted(encoder),
    decoder: counted(decoder),
  });
  const decoders = loadDecoders();
  let words = 0;
  for (const name of EXAMPLE_NAMES) {
    const bytes = await exampleImage(name);
    const { pixels, header } = await decodeImage(bytes, decoders, { pixels: 5e6 });
    const input = prepare(pixels, header.orientation, loaded.manifest.preparation);
    const [best] = await captioner.caption(input);
    words += best?.tokenLogProbabilities.length ?? 0;
  }
  return {
    runsBesideWords: (runs - words) / EXAMPLE_NAMES.length,
    heapBytes: memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0),
  };
});
