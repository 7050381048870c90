import type * as tfTypes from "@tensorflow/tfjs";
import { openBackend } from "../../train/backend/open-backend.ts";
import { answer } from "../measure/child.ts";
import { peakMebibytes } from "../measure/process.ts";
import { CannotRun } from "../part.ts";
import { batchSize, benchCaptioner, pictures } from "./captioner.ts";
import { rateOf } from "./rate.ts";

export interface StagesArgument {
  readonly bundle: string;
  readonly steps: number;
}

/** What a second of CPU does: tokens or images. */
export interface StageRates {
  readonly features: number;
  readonly frozen: number;
  readonly selfCritical: number;
  readonly fineTune: number;
  readonly peak: number;
}

const featureBatch = 32;

await answer(async ({ bundle, steps }: StagesArgument): Promise<StageRates> => {
  const { tf, operations, backend } = await openBackend();
  if (backend !== "native") throw new CannotRun("the native TensorFlow library is not loaded");
  const captioner = await benchCaptioner(tf, operations, bundle);
  const grids = tf.randomUniform([batchSize, 7, 7, 1280], 0, 1, "float32", 1) as tfTypes.Tensor4D;

  const { model } = captioner.backbone;
  const many = pictures(tf, featureBatch);
  const features = await rateOf(steps, () => {
    tf.tidy(() => (model.predict(many) as tfTypes.Tensor).dataSync());
    return featureBatch;
  });
  const frozen = captioner.trainer("frozen", grids);
  const rewarded = captioner.trainer("self-critical", grids);
  const tuned = captioner.trainer("fine-tune", pictures(tf, batchSize));
  const tokensOf = async (trainer: typeof frozen) => {
    let tokens = 0;
    await trainer.epoch(1, (report) => {
      tokens += report.tokens;
    });
    return tokens;
  };
  return {
    features,
    frozen: await rateOf(steps, () => tokensOf(frozen)),
    selfCritical: await rateOf(steps, () => tokensOf(rewarded)),
    fineTune: await rateOf(steps, async () => {
      await tokensOf(tuned);
      return batchSize;
    }),
    peak: peakMebibytes(process.pid),
  };
});
