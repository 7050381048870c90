import type { Tensor } from "@tensorflow/tfjs";
import type { Vocabulary } from "../core/vocabulary.ts";
import type { RuleOutcome } from "../datasets/cleaning/index.ts";
import type { TensorFlow } from "../node/tensorflow.ts";
import type { RunLog } from "../run-files/log.ts";
import type { TrainOptions } from "../run-files/options.ts";
import type { RunFolder } from "../run-files/run-folder.ts";
import type { TrainingOperations } from "./backend/operations.ts";
import type { SplitPictures } from "./features/source.ts";
import type { CaptionNetwork } from "./model/network.ts";

/** Everything that a run trains with. */
export interface Training {
  readonly tf: TensorFlow;
  readonly operations: TrainingOperations;
  /** What computes, for the log. */
  readonly backend: string;
  readonly options: TrainOptions;
  readonly network: CaptionNetwork;
  readonly vocabulary: Vocabulary;
  readonly train: SplitPictures;
  readonly validation: SplitPictures;
  /** The weights that `--anchor` pulls back to, by the names that the optimizer gives them. */
  readonly anchors: ReadonlyMap<string, Tensor> | undefined;
  readonly folder: RunFolder;
  /** What the rules left out of the data that the run learns from. */
  readonly cleaning: readonly RuleOutcome[];
  readonly log: RunLog;
}
