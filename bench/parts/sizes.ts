import { type Counts, countAll, readBudget } from "../counts/index.ts";
import type { Figure, Part } from "../part.ts";

/** Reports the sizes and counts that the budget limits. */
export const sizes: Part = {
  name: "sizes",
  title: "Sizes and counts, the same on every machine",
  async run({ model }) {
    const counts = await countAll(model);
    const budget = await readBudget();
    const row =
      (unit: Figure["unit"], scale: number) =>
      (what: string, key: keyof Counts, limit?: string): Figure => {
        const note = counts[key] > budget[key] ? "over the budget" : limit;
        const value = counts[key] / scale;
        return { what, unit, value, ...(note === undefined ? {} : { note }) };
      };
    const size = row("MiB", 2 ** 20);
    const count = row("count", 1);
    const million = row("million", 1e6);
    return [
      size("script", "scriptBytes", "limit 64 MiB"),
      size("script, gzip", "scriptGzipBytes", "older limits: 3 MB free, 10 MB paid"),
      size("bundle", "bundleBytes"),
      size("largest asset", "largestFileBytes", "limit 25 MiB"),
      size("ONNX Runtime's heap after four captions", "heapBytes", "an isolate has 128 MB"),
      count("ONNX nodes, encoder", "encoderNodes"),
      count("ONNX nodes, decoder", "decoderNodes"),
      million("multiply-adds, encoder", "encoderMultiplyAdds"),
      million("multiply-adds, a word", "wordMultiplyAdds"),
      count("session.run calls beside one per word", "runsBesideWords"),
    ];
  },
};
