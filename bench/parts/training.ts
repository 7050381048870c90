import { join } from "node:path";
import { measureApart } from "../measure/child.ts";
import type { Figure, Part } from "../part.ts";
import type { ConvolutionRates, ConvolutionsArgument } from "../training/convolutions.ts";
import type { StageRates, StagesArgument } from "../training/stages.ts";

const folder = join(import.meta.dirname, "../training");

/** How fast a captioner of the released sizes is trained, on the bundle's backbone. */
export const training: Part = {
  name: "training",
  title: "Training with native TensorFlow, per second of CPU: sizes and batches of the release",
  async run({ options }) {
    const { model: bundle } = options;
    const steps = Math.max(2, Math.ceil(options.runs / 5));
    const stages = await measureApart<StageRates>(join(folder, "stages.ts"), {
      bundle,
      steps,
    } satisfies StagesArgument);
    const file = join(folder, "convolutions.ts");
    const { stock, ours } = await measureApart<ConvolutionRates>(file, {
      bundle,
      steps,
    } satisfies ConvolutionsArgument);
    const rate = (what: string, value: number): Figure => {
      return { what, unit: "1/s", value, runs: steps, note: "the best of the runs" };
    };
    return [
      rate("features of frozen layers, images", stages.features),
      rate("decoder alone, words and ends", stages.frozen),
      rate("self-critical, words and ends drawn", stages.selfCritical),
      rate("fine-tuning all of the network, images", stages.fineTune),
      { what: "peak memory of all of these", unit: "MiB", value: stages.peak },
      rate("fine-tuning the backbone, images", ours),
      rate("the same in stock layers, images", stock),
      { what: "fine-tuning over stock layers", unit: "ratio", value: ours / stock },
    ];
  },
};
