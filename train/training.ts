import type { Tensor } from "@tensorflow/tfjs";
import type { Vocabulary } from "../core/vocabulary.ts";
import type { RuleOutcome } from "../datasets/cleaning/index.ts";
import type { TensorFlow } from "../node/tensorflow.ts";
import type { RunLog } from "../run-files/log.ts";
import type { TrainOptions } from "../run-files/options.ts";
import type { RunFolder } from "../run-files/run-folder.ts";
import type { TrainingOperations } from "./backend/operations.ts";
import type { SplitImages } from "./features/split-images.ts";
import type { CaptionNetwork } from "./model/network.ts";

/** Everything that the stages of a run work with. */
export interface Training {
  readonly tf: TensorFlow;
  readonly operations: TrainingOperations;
  /** The name of the backend, for the log. */
  readonly backend: string;
  readonly options: TrainOptions;
  readonly network: CaptionNetwork;
  readonly vocabulary: Vocabulary;
  readonly train: SplitImages;
  readonly validation: SplitImages;
  /** The weights that `--anchor` pulls back to, by the names that the optimizer gives them. */
  readonly anchors: ReadonlyMap<string, Tensor> | undefined;
  readonly folder: RunFolder;
  /** What the cleaning rules left out of the data. */
  readonly cleaning: readonly RuleOutcome[];
  readonly log: RunLog;
}
