import type * as tfTypes from "@tensorflow/tfjs";
import { drawKey } from "../../core/random-draws.ts";
import { specialTokens, writeSentence } from "../../core/vocabulary.ts";
import { describeScene, describes, drawScene, paintScene } from "../../datasets/synthetic.ts";
import { IMAGE_LAYER } from "../features/image-source.ts";
import { gridShape } from "../model/network.ts";
import { subModel } from "../model/sub-model.ts";
import { tidied } from "../model/tidied.ts";
import { UnrolledNetwork } from "../model/unrolled.ts";
import type { Training } from "../training.ts";
import { captionGreedily } from "./greedy-captions.ts";
import { disposeImageState } from "./image-states.ts";

/** New images to caption, and how many of them are printed. */
const IMAGES = 100;
const PRINTED_IMAGES = 5;

/** Captions synthetic images that are in no split, and prints how many captions are correct. */
export async function captionNewImages(training: Training): Promise<void> {
  const { tf, vocabulary, options, network, operations } = training;
  const scenes = Array.from({ length: IMAGES }, (_, index) =>
    drawScene(drawKey(options.seed, "new picture", index)),
  );
  const [, side] = gridShape(network.encoder, IMAGE_LAYER);
  const bytes = Float32Array.from(scenes.flatMap((scene) => [...paintScene(scene, side).data]));
  const backbone = subModel(tf, network.encoder, IMAGE_LAYER, network.featureLayer);
  const unrolled = new UnrolledNetwork(tf, operations, network);
  const state = tidied(tf, () => {
    const grid = backbone.predict(tf.tensor4d(bytes, [IMAGES, side, side, 3]));
    return unrolled.imageState(grid as tfTypes.Tensor4D);
  });
  const captions = await captionGreedily(
    { network: unrolled, vocabulary, options },
    state,
    training.train.starts[0] ?? specialTokens.start,
  );
  disposeImageState(tf, state);
  const right = scenes.filter((scene, index) => describes(captions[index] ?? [], scene)).length;
  process.stdout.write(`${right} of ${IMAGES} new images have a correct caption, such as\n`);
  for (const [index, scene] of scenes.slice(0, PRINTED_IMAGES).entries()) {
    const [truth] = describeScene(scene);
    process.stdout.write(`  ${truth}: ${writeSentence(captions[index] ?? [])}\n`);
  }
}
