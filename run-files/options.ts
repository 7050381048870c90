import { z } from "zod";
import { decoderKinds } from "../core/bundle/manifest.ts";
import {
  cleaningOptions,
  datasetOptions,
  styleOptions,
  vocabularyOptions,
} from "../datasets/options.ts";
import { repeatable } from "../node/cli/option-flags.ts";

const count = z.coerce.number().int().min(0);
const positive = z.coerce.number().int().min(1);
const rate = z.coerce.number().positive();
const share = z.coerce.number().min(0).max(1);

/** Every option of `npm run train`, from which its flags, its help and the run's `config.json` follow. */
export const trainOptionsSchema = z.object({
  recipe: z
    .string()
    .optional()
    .describe("named set of options, such as flickr8k; other flags override it"),
  dataset: repeatable(z.string())
    .optional()
    .describe(
      "folder of a data set in any layout of docs/data.md; repeat it for several sets (default: synthetic images)",
    ),
  weight: repeatable(z.coerce.number().positive().max(100))
    .optional()
    .describe(
      "how often an epoch draws each image of a data set, one number for each --dataset (default: 1)",
    ),
  ...styleOptions,
  defaultStyle: z
    .string()
    .optional()
    .describe("style of captions that ask for none (default: that of the first data set)"),
  ...datasetOptions,
  ...cleaningOptions,
  out: z
    .string()
    .optional()
    .describe("folder of the new run (default: runs/ and the time of the start)"),
  resume: z
    .string()
    .optional()
    .describe("folder of an interrupted run to continue with its own options"),
  images: positive
    .optional()
    .describe("number of training images to use, drawn by the seed (default: all)"),
  cache: z.string().default(".cache/training").describe("folder of prepared images and features"),
  seed: z.coerce.number().int().default(1).describe("seed of all random draws"),

  from: repeatable(z.string())
    .optional()
    .describe(
      "folder of a bundle or a run whose encoder, decoder and vocabulary the training continues; repeat it to start at the mean of several (default: none)",
    ),
  backbone: z
    .string()
    .optional()
    .describe(
      "path or URL of a backbone's model.json, or a bundle's folder (default: the encoder of the released model; for synthetic images a small one)",
    ),
  featureLayer: repeatable(z.string())
    .optional()
    .describe(
      "layer of the backbone that gives the features; repeat it to join layers of several depths (default: its last grid)",
    ),
  pixelRange: z
    .string()
    .regex(/^-?\d+(\.\d+)?,-?\d+(\.\d+)?$/, "two numbers, such as -1,1")
    .default("-1,1")
    .describe("values that the backbone expects for black and for white"),
  decoder: z
    .enum(decoderKinds)
    .default("attention")
    .describe(`kind of decoder: ${decoderKinds.join(" or ")}`),
  units: positive.default(512).describe("size of the LSTM's state"),
  embeddingSize: positive.default(512).describe("size of a word's embedding"),
  featureSize: positive.default(512).describe("size of a region's projected features"),
  attentionSize: positive.default(256).describe("size of the queries and keys of attention"),
  tied: z
    .boolean()
    .default(false)
    .describe("share one matrix between the word embedding and the output layer"),
  ...vocabularyOptions,
  maximumLength: positive
    .max(100)
    .default(20)
    .describe("length of the longest caption that is written, in words"),
  ngramBlocking: count
    .refine((size) => size !== 1, "0, or at least 2")
    .default(0)
    .describe(
      "length of word sequences that a caption cannot repeat, such as 2; no word follows itself then either; 0: no limit",
    ),
  teachLength: positive
    .max(100)
    .default(18)
    .describe("length at which training captions are cut off, in words"),

  epochs: count.default(10).describe("epochs with the backbone frozen"),
  fineTune: count.default(0).describe("epochs that train the backbone too, after the frozen ones"),
  fineTuneFrom: z
    .string()
    .default("image")
    .describe("layer after which the backbone is trained; `image` trains all of it"),
  selfCritical: count
    .default(0)
    .describe("epochs of self-critical training on CIDEr-D, with the backbone frozen again"),
  joint: count
    .default(0)
    .describe("epochs of self-critical training that train the backbone too, at the end"),

  batchSize: positive.default(32).describe("images of a step, each with all its captions"),
  learningRate: rate.default(1e-3).describe("highest learning rate of the frozen stage"),
  fineTuneRate: rate
    .default(5e-4)
    .describe("highest learning rate of the decoder in the fine-tune stage"),
  backboneRate: rate
    .default(1e-4)
    .describe("highest learning rate of the backbone in the fine-tune stage"),
  selfCriticalRate: rate.default(5e-5).describe("highest learning rate of self-critical training"),
  jointBackboneRate: rate
    .default(2e-5)
    .describe("highest learning rate of the backbone in self-critical training"),
  warmUp: count
    .default(100)
    .describe("steps of warm-up to the highest learning rate, at most half of the stage"),
  weightDecay: z.coerce.number().min(0).default(0.01).describe("decoupled weight decay"),
  anchor: z.coerce
    .number()
    .min(0)
    .default(0)
    .describe("strength of the pull back to the weights of --from, against forgetting (L2-SP)"),
  clipNorm: rate.default(5).describe("norm to which the gradients are clipped"),
  dropout: share
    .default(0.4)
    .describe("dropout of image features, word embeddings and the output layers' input"),
  selfCriticalDropout: share.default(0).describe("the same dropout in self-critical training"),
  labelSmoothing: share
    .default(0.1)
    .describe("probability that is spread evenly over all words in the target"),
  scheduledSampling: share
    .default(0)
    .describe(
      "share of input words that the decoder predicted itself, at the end of the stage (scheduled sampling)",
    ),
  doublyStochastic: z.coerce
    .number()
    .min(0)
    .default(0)
    .describe("weight of the penalty on regions that no word attends to"),
  averageDecay: share
    .default(0.998)
    .describe("decay of the moving average of the weights, which is evaluated and saved"),
  captionsTaught: positive
    .optional()
    .describe(
      "captions of an image in a step of teacher forcing, drawn anew each time (default: all)",
    ),
  bleuReward: z.coerce
    .number()
    .min(0)
    .default(0)
    .describe(
      "weight of BLEU-4 in the reward of self-critical training, beside CIDEr-D with weight 1",
    ),
  humanCaptions: z.coerce
    .number()
    .min(0)
    .default(0)
    .describe(
      "weight of the cross-entropy of one human caption of each image in self-critical training",
    ),
  samples: positive
    .min(2)
    .default(5)
    .describe("captions that self-critical training draws for each image"),

  views: positive
    .default(1)
    .describe(
      "views of each image (crops and mirror images) that are cached where layers are frozen",
    ),
  smallestCrop: share.default(0.8).describe("smallest share of each side that a crop keeps"),
  flip: share
    .default(0.5)
    .describe("probability of a mirror image, where no caption mentions left or right"),
  colour: share
    .default(0.2)
    .describe("largest relative change of brightness, contrast and saturation"),
  patience: positive
    .default(4)
    .describe("epochs without a better validation score that end a stage"),
  chooseBy: z
    .string()
    .default("mean")
    .describe(
      "the validation CIDEr-D that chooses the epoch to save: the mean or the worst of several data sets, or that of a set by its name; last saves the last epoch, even if it is worse",
    ),
  gapImages: count
    .default(200)
    .describe(
      "images of each split on which the gap between training and validation is measured after every epoch",
    ),

  summaries: z
    .boolean()
    .default(false)
    .describe("write event files for TensorBoard, by the native TensorFlow library"),

  syntheticImages: positive
    .default(4000)
    .describe("number of synthetic training images, where no data set is named"),
  imageSize: positive
    .min(16)
    .max(256)
    .default(32)
    .describe("side of the synthetic images, in pixels"),
});

/** Parsed options, as `config.json` holds them. */
export type TrainOptions = z.infer<typeof trainOptionsSchema>;

/** Defaults without a data set: synthetic images are small and easy. */
export const SYNTHETIC_DEFAULTS = {
  epochs: 0,
  fineTune: 4,
  batchSize: 16,
  fineTuneRate: 3e-3,
  backboneRate: 2e-3,
  warmUp: 10,
  clipNorm: 1,
  dropout: 0,
  labelSmoothing: 0,
  averageDecay: 0.9,
  smallestCrop: 1,
  colour: 0,
  minimumCount: 1,
  units: 64,
  embeddingSize: 32,
  featureSize: 64,
  attentionSize: 32,
} satisfies Partial<TrainOptions>;
