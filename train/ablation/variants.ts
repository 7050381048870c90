import type { TrainOptions } from "../../run-files/options.ts";
import { NO_AUGMENTATION } from "../features/augment.ts";

/** A run of an ablation, which differs from the full recipe in one remedy. */
interface Variant {
  readonly name: string;
  /** Describes the difference in a few words. */
  readonly title: (full: TrainOptions) => string;
  readonly change: (full: TrainOptions) => Partial<TrainOptions>;
}

/** Name of the run that the others are compared with. */
const FULL_NAME = "full";

const WITHOUT_AUGMENTATION = { views: 1, ...NO_AUGMENTATION };

// The epochs of a stage that is left out go to another stage: all runs train equally long.
const withoutFineTuning = ({ epochs, fineTune, selfCritical, joint }: TrainOptions) => ({
  epochs: epochs + fineTune,
  fineTune: 0,
  selfCritical: selfCritical + joint,
  joint: 0,
});
const withoutSelfCritical = ({ epochs, fineTune, selfCritical, joint }: TrainOptions) => {
  const freed = selfCritical + joint;
  const rest = { selfCritical: 0, joint: 0 };
  return fineTune > 0
    ? { ...rest, fineTune: fineTune + freed }
    : { ...rest, epochs: epochs + freed };
};
const withoutJoint = ({ selfCritical, joint }: TrainOptions) => ({
  selfCritical: selfCritical + joint,
  joint: 0,
});

const otherDecoder = (kind: TrainOptions["decoder"]) => (kind === "lstm" ? "attention" : "lstm");

/** The full recipe, and runs that each change one remedy against overfitting or one choice of the network. */
export const variants: readonly Variant[] = [
  { name: FULL_NAME, title: () => "the full recipe", change: () => ({}) },
  {
    name: "no-augmentation",
    title: () => "without augmentation",
    change: () => WITHOUT_AUGMENTATION,
  },
  { name: "no-dropout", title: () => "without dropout", change: () => ({ dropout: 0 }) },
  {
    name: "no-label-smoothing",
    title: () => "without label smoothing",
    change: () => ({ labelSmoothing: 0 }),
  },
  {
    name: "no-weight-decay",
    title: () => "without weight decay",
    change: () => ({ weightDecay: 0 }),
  },
  {
    name: "no-weight-averaging",
    title: () => "without averaging of weights",
    change: () => ({ averageDecay: 0 }),
  },
  { name: "no-fine-tuning", title: () => "with the backbone frozen", change: withoutFineTuning },
  {
    name: "no-self-critical",
    title: () => "without self-critical training",
    change: withoutSelfCritical,
  },
  {
    name: "no-joint",
    title: () => "with the backbone frozen in self-critical training",
    change: withoutJoint,
  },
  {
    name: "scheduled-sampling",
    title: () => "with scheduled sampling",
    change: () => ({ scheduledSampling: 0.25 }),
  },
  {
    name: "doubly-stochastic",
    title: () => "with doubly stochastic attention",
    change: ({ decoder }) => (decoder === "attention" ? { doublyStochastic: 1 } : {}),
  },
  {
    name: "other-embeddings",
    title: ({ tied }) => `${tied ? "without" : "with"} tied embeddings`,
    change: ({ tied }) => ({ tied: !tied }),
  },
  {
    name: "other-decoder",
    title: ({ decoder }) => `with the decoder ${otherDecoder(decoder)}`,
    change: ({ decoder }) => ({ decoder: otherDecoder(decoder) }),
  },
  {
    name: "plain",
    title: () => "plain and frozen: no remedy at all",
    change: ({ epochs, fineTune, selfCritical, joint }) => ({
      ...WITHOUT_AUGMENTATION,
      dropout: 0,
      labelSmoothing: 0,
      weightDecay: 0,
      averageDecay: 0,
      epochs: epochs + fineTune + selfCritical + joint,
      fineTune: 0,
      selfCritical: 0,
      joint: 0,
    }),
  },
];

/** Returns the options of a variant; undefined if they are those of the full recipe. */
export function variantOptions(variant: Variant, full: TrainOptions): TrainOptions | undefined {
  if (variant.name === FULL_NAME) return full;
  const changed = { ...full, ...variant.change(full) };
  return sameOptions(changed, full) ? undefined : changed;
}

/** Returns whether two runs are trained in the same way, wherever their files are. */
export function sameOptions(one: TrainOptions, other: TrainOptions): boolean {
  const essence = (options: TrainOptions) => {
    const { out, resume, cache, summaries, ...rest } = options;
    const set = Object.entries(rest).filter(([, value]) => value !== undefined);
    return JSON.stringify(set.sort(([left], [right]) => (left < right ? -1 : 1)));
  };
  return essence(one) === essence(other);
}
