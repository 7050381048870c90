import { checkImage } from "../../core/codecs/decode.ts";
import { prepareImage } from "../../core/codecs/prepare-image.ts";
import { refuseBlank } from "../../core/image/contrast.ts";
import { preparationSchema } from "../../core/image/prepare.ts";
import type { OnnxRuntime } from "../../core/onnx-runtime.ts";
import photograph from "../../examples/chelsea.jpg";
import { createWorkerDecoders } from "./decoders.ts";
import graph from "./warm-up.onnx";

/** How often the graph is run: more runs take time and gain nothing. */
const RUNS = 4;

/**
 * Runs what a caption runs, with a small photograph and a small graph, while the isolate starts.
 *
 * V8 compiles a function when it is first called, and a second time, on another thread, when it has run
 * for some milliseconds; before that it is several times slower. Here no request waits for it yet. The number
 * of runs is fixed, because Cloudflare's clock stands still. If this fails, the first caption reports why.
 */
export async function warmUp(ort: OnnxRuntime): Promise<void> {
  try {
    await warmUpPreparation();
    await warmUpKernels(ort);
  } catch {
    // Captions do not need it.
  }
}

/** Uses decoders of its own, so that their memory is freed before the model is loaded. */
async function warmUpPreparation(): Promise<void> {
  const preparation = preparationSchema.parse({ height: 224, width: 224 });
  const image = checkImage(new Uint8Array(photograph), { pixels: 1e6 });
  refuseBlank(
    await prepareImage(image, preparation, createWorkerDecoders()),
    image.header,
    preparation,
  );
}

async function warmUpKernels(ort: OnnxRuntime): Promise<void> {
  const session = await ort.InferenceSession.create(graph, { executionProviders: ["wasm"] });
  const image = new ort.Tensor("uint8", new Uint8Array(56 * 56 * 3), [1, 56, 56, 3]);
  const token = new ort.Tensor("int32", new Int32Array(1), [1, 1]);
  for (let count = 0; count < RUNS; count++) await session.run({ image, token });
  await session.release();
}
