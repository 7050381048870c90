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

/** Every option of `npm run train`: the flags, the help and the run's `config.json` follow from it. */
export const trainOptionsSchema = z.object({
  recipe: z
    .string()
    .optional()
    .describe("a named set of options, such as flickr8k; flags change single ones of it"),
  dataset: repeatable(z.string())
    .optional()
    .describe(
      "folder of a data set in any of the layouts of docs/data.md, several times for several sets; without it synthetic pictures are drawn",
    ),
  weight: repeatable(z.coerce.number().positive("a number above zero").max(100))
    .optional()
    .describe(
      "how often an epoch draws the images of a data set, one for each --dataset (default: 1)",
    ),
  ...styleOptions,
  defaultStyle: z
    .string()
    .optional()
    .describe(
      "the style of captions where none is asked for (default: that of the first data set)",
    ),
  ...datasetOptions,
  ...cleaningOptions,
  out: z
    .string()
    .optional()
    .describe("the run's folder (default: runs/ and the time of the start)"),
  resume: z.string().optional().describe("the folder of a run to go on with, all its options kept"),
  images: positive
    .optional()
    .describe("how many of the training images are used, drawn by the seed (default: all)"),
  cache: z
    .string()
    .default(".cache/training")
    .describe("folder for prepared pictures and features"),
  seed: z.coerce.number().int().default(1).describe("what every random draw follows from"),

  from: z
    .string()
    .optional()
    .describe(
      "folder of a bundle or a run whose encoder and decoder training starts from (default: none)",
    ),
  backbone: z
    .string()
    .optional()
    .describe(
      "path or URL of a backbone's model.json, or a bundle's folder (default: the encoder of the released model; for synthetic pictures a small one)",
    ),
  featureLayer: repeatable(z.string())
    .optional()
    .describe(
      "the backbone's layer that gives the regions, several times to join layers of several depths (default: its last grid)",
    ),
  pixelRange: z
    .string()
    .regex(/^-?\d+(\.\d+)?,-?\d+(\.\d+)?$/, "two numbers, such as -1,1")
    .default("-1,1")
    .describe("what the backbone expects of black and white"),
  decoder: z
    .enum(decoderKinds)
    .default("attention")
    .describe(`kind of decoder: ${decoderKinds.join(" or ")}`),
  units: positive.default(512).describe("size of the LSTM's state"),
  embeddingSize: positive.default(512).describe("size of a word's vector"),
  featureSize: positive.default(512).describe("size of a region's projected features"),
  attentionSize: positive.default(256).describe("size of the space in which words ask regions"),
  tied: z.boolean().default(false).describe("tie the output's matrix to the embedding"),
  ...vocabularyOptions,
  maximumLength: positive
    .max(100)
    .default(20)
    .describe("the longest caption that is written, in words"),
  ngramBlocking: count
    .refine((size) => size !== 1, "0, or at least 2")
    .default(0)
    .describe(
      "a caption says so many words in a row only once, such as 2; 0: as often as it likes",
    ),
  teachLength: positive
    .max(100)
    .default(18)
    .describe("words of a training caption beyond this many are left out"),

  epochs: count.default(10).describe("epochs with the backbone frozen"),
  fineTune: count
    .default(0)
    .describe("epochs that train the backbone along, after the frozen ones"),
  fineTuneFrom: z
    .string()
    .default("image")
    .describe("the layer behind which the backbone is trained along; `image` trains all of it"),
  selfCritical: count
    .default(0)
    .describe("epochs of self-critical training on CIDEr-D with the backbone frozen again"),
  joint: count
    .default(0)
    .describe("epochs of self-critical training that train the backbone along, at the end"),

  batchSize: positive.default(32).describe("images a step; each comes with all its captions"),
  learningRate: rate.default(1e-3).describe("highest rate of the frozen stage"),
  fineTuneRate: rate
    .default(5e-4)
    .describe("highest rate of the decoder while the backbone is trained along"),
  backboneRate: rate.default(1e-4).describe("highest rate of the backbone"),
  selfCriticalRate: rate.default(5e-5).describe("highest rate of self-critical training"),
  jointBackboneRate: rate
    .default(2e-5)
    .describe("highest rate of the backbone in self-critical training"),
  warmUp: count
    .default(100)
    .describe("steps until a stage reaches its highest rate, at most half of it"),
  weightDecay: z.coerce.number().min(0).default(0.01).describe("decoupled weight decay"),
  anchor: z.coerce
    .number()
    .min(0)
    .default(0)
    .describe("pull of all weights towards those that --from started from, against forgetting"),
  clipNorm: rate.default(5).describe("the norm to which gradients are clipped"),
  dropout: share.default(0.4).describe("dropout of image features, word vectors and outputs"),
  selfCriticalDropout: share.default(0).describe("dropout of the same in self-critical training"),
  labelSmoothing: share.default(0.1).describe("probability spread over all words"),
  scheduledSampling: share
    .default(0)
    .describe("share of input words that are the decoder's own by the end of the stage"),
  doublyStochastic: z.coerce
    .number()
    .min(0)
    .default(0)
    .describe("weight of the penalty on regions that no word looks at"),
  averageDecay: share
    .default(0.998)
    .describe("decay of the moving average of weights that is judged and saved"),
  captionsTaught: positive
    .optional()
    .describe("how many captions of an image a step teaches, drawn anew each time (default: all)"),
  bleuReward: z.coerce
    .number()
    .min(0)
    .default(0)
    .describe("what BLEU-4 counts beside CIDEr-D in the reward of self-critical training"),
  humanCaptions: z.coerce
    .number()
    .min(0)
    .default(0)
    .describe("what a word of one human caption an image counts in self-critical training"),
  samples: positive
    .min(2)
    .default(5)
    .describe("captions that self-critical training samples an image"),

  views: positive
    .default(1)
    .describe("views of each picture that are cached where layers are frozen"),
  smallestCrop: share.default(0.8).describe("crops keep at least this share of each side"),
  flip: share.default(0.5).describe("how often a picture is mirrored, if its captions allow it"),
  colour: share.default(0.2).describe("how far brightness, contrast and saturation are changed"),
  patience: positive
    .default(4)
    .describe("epochs without a better validation CIDEr-D that end a stage"),
  chooseBy: z
    .string()
    .default("mean")
    .describe(
      "the validation CIDEr-D that chooses the best epoch of several data sets: mean, worst, or a set's name",
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
    .describe("synthetic training pictures, where no data set is given"),
  imageSize: positive
    .min(16)
    .max(256)
    .default(32)
    .describe("side of the synthetic pictures in pixels"),
});

/** Parsed options, as `config.json` keeps them. */
export type TrainOptions = z.infer<typeof trainOptionsSchema>;

/** What is different where no data set is given: the synthetic pictures are small and easy. */
export const syntheticDefaults = {
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
