import type * as tfTypes from "@tensorflow/tfjs";
import { drawKey } from "../core/random-draws.ts";
import { writeSentence } from "../core/vocabulary.ts";
import { describeScene, describes, drawScene, paintScene } from "../datasets/synthetic.ts";
import { captionGreedily, disposeImageState } from "./evaluation.ts";
import { imageLayer } from "./features/source.ts";
import { gridShape } from "./model/network.ts";
import { subModel } from "./model/sub-model.ts";
import { tidied } from "./model/tidied.ts";
import { UnrolledNetwork } from "./model/unrolled.ts";
import type { Training } from "./training.ts";

const pictures = 100;
const shown = 5;

/** Captions synthetic pictures that no stage has seen, and tells how many captions are right. */
export async function showNewPictures(training: Training): Promise<void> {
  const { tf, vocabulary, options, network, operations } = training;
  const scenes = Array.from({ length: pictures }, (_, index) =>
    drawScene(drawKey(options.seed, "new picture", index)),
  );
  const [, side] = gridShape(network.encoder, imageLayer);
  const bytes = Float32Array.from(scenes.flatMap((scene) => [...paintScene(scene, side).data]));
  const backbone = subModel(tf, network.encoder, imageLayer, network.featureLayer);
  const unrolled = new UnrolledNetwork(tf, operations, network);
  const state = tidied(tf, () => {
    const grid = backbone.predict(tf.tensor4d(bytes, [pictures, side, side, 3]));
    return unrolled.imageState(grid as tfTypes.Tensor4D);
  });
  const captions = await captionGreedily(
    { network: unrolled, vocabulary, options },
    state,
    vocabulary.startToken(vocabulary.styles[0]),
  );
  disposeImageState(tf, state);
  const right = scenes.filter((scene, index) => describes(captions[index] ?? [], scene)).length;
  process.stdout.write(`${right} of ${pictures} new pictures are captioned right, such as\n`);
  for (const [index, scene] of scenes.slice(0, shown).entries()) {
    const [truth] = describeScene(scene);
    process.stdout.write(`  ${truth}: ${writeSentence(captions[index] ?? [])}\n`);
  }
}
