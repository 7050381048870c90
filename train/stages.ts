import type { TrainOptions } from "../run-files/options.ts";
import type { StageName } from "../run-files/stage-names.ts";
import type { Augmentation } from "./features/augment.ts";

/** A part of a run: the objective, the trained layers, the epochs and the learning rates. */
export interface Stage {
  readonly name: StageName;
  readonly objective: "teacher-forcing" | "self-critical";
  readonly epochs: number;
  /** The layer after which the encoder is trained; `image` trains all of it. */
  readonly from: string;
  /** The highest learning rate. */
  readonly rate: number;
  /** The backbone's learning rate, as a multiple of the rest's. */
  readonly backboneFactor: number;
  readonly augmentation: Augmentation;
  /** Cached views of each image, where layers are frozen. */
  readonly views: number;
}

/** Returns the stages of a run in their order. */
export function stagesOf(options: TrainOptions, featureLayer: string): Stage[] {
  const { smallestCrop, flip, colour, views } = options;
  const common = { augmentation: { smallestCrop, flip, colour }, views };
  const stages: Stage[] = [
    {
      ...common,
      name: "frozen",
      objective: "teacher-forcing",
      epochs: options.epochs,
      from: featureLayer,
      rate: options.learningRate,
      backboneFactor: 0,
    },
    {
      ...common,
      name: "fine-tune",
      objective: "teacher-forcing",
      epochs: options.fineTune,
      from: options.fineTuneFrom,
      rate: options.fineTuneRate,
      backboneFactor: options.backboneRate / options.fineTuneRate,
    },
    {
      ...common,
      name: "self-critical",
      objective: "self-critical",
      epochs: options.selfCritical,
      from: featureLayer,
      rate: options.selfCriticalRate,
      backboneFactor: 0,
    },
    {
      ...common,
      name: "joint",
      objective: "self-critical",
      epochs: options.joint,
      from: options.fineTuneFrom,
      rate: options.selfCriticalRate,
      backboneFactor: options.jointBackboneRate / options.selfCriticalRate,
    },
  ];
  // A stage reads one view of an image in an epoch: more views than epochs would never be read.
  return stages
    .filter(({ epochs }) => epochs > 0)
    .map((stage) => ({ ...stage, views: Math.min(stage.views, stage.epochs) }));
}
