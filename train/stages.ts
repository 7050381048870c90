import type { TrainOptions } from "../run-files/options.ts";
import type { StageName } from "../run-files/stage-names.ts";
import type { Augmentation } from "./features/augment.ts";

/** A part of a run: what is trained, from where, how long and how fast. */
export interface Stage {
  readonly name: StageName;
  readonly objective: "teacher-forcing" | "self-critical";
  readonly epochs: number;
  /** The layer behind which the encoder is trained; `image` trains all of it. */
  readonly from: string;
  readonly rate: number;
  /** What the backbone's rate is to that of the rest. */
  readonly backboneFactor: number;
  readonly augmentation: Augmentation;
  readonly views: number;
}

/** The stages that the options ask for, in their order. */
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
  // A stage sees one view of a picture an epoch: more views than epochs would never be looked at.
  return stages
    .filter(({ epochs }) => epochs > 0)
    .map((stage) => ({ ...stage, views: Math.min(stage.views, stage.epochs) }));
}
