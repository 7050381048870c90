import type { Vocabulary } from "../core/vocabulary.ts";
import type { TensorFlow } from "../node/tensorflow.ts";
import type { TrainingOperations } from "./backend/operations.ts";
import type { RuleOutcome } from "./data/cleaning/index.ts";
import type { SplitPictures } from "./features/source.ts";
import type { CaptionNetwork } from "./model/network.ts";
import type { TrainOptions } from "./options.ts";
import type { RunLog } from "./run/log.ts";
import type { RunFolder } from "./run/run-folder.ts";

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
  readonly folder: RunFolder;
  /** What the rules left out of the data that the run learns from. */
  readonly cleaning: readonly RuleOutcome[];
  readonly log: RunLog;
}
