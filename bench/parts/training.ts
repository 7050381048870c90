import { join } from "node:path";
import { measureApart } from "../measure/child.ts";
import type { Figure, Part } from "../part.ts";
import type { FineTuningArgument, FineTuningRates } from "../training/fine-tuning.ts";

const file = join(import.meta.dirname, "../training/fine-tuning.ts");

/** Measures how fast the bundle's backbone is fine-tuned, here and with TensorFlow.js's own layers. */
export const training: Part = {
  name: "training",
  title: "Fine-tuning MobileNetV2 with native TensorFlow, images per second of CPU, batches of 32",
  async run({ model, runs }) {
    const argument: FineTuningArgument = { bundle: model, steps: Math.max(2, Math.ceil(runs / 5)) };
    const { stock, ours } = await measureApart<FineTuningRates>(file, argument);
    const rate = (what: string, value: number): Figure => {
      return { what, unit: "1/s", value, runs: argument.steps, note: "the best of the runs" };
    };
    return [
      rate("fine-tuning the backbone", ours),
      rate("the same in stock layers", stock),
      { what: "fine-tuning / stock layers", unit: "ratio", value: ours / stock },
    ];
  },
};
