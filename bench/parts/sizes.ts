import { countAll, readBudget } from "../counts/index.ts";
import type { Figure, Part } from "../part.ts";

const mebibyte = 2 ** 20;

/** What is uploaded, against the platform's limits, and what a caption asks for. */
export const sizes: Part = {
  name: "sizes",
  title: "Sizes and counts, which no machine changes",
  async run({ options }) {
    const counts = await countAll(options.model);
    const budget = await readBudget();
    const over = (key: keyof typeof counts) =>
      counts[key] > budget[key] ? "over the budget" : undefined;
    const size = (what: string, key: keyof typeof counts, limit?: string): Figure => ({
      what,
      unit: "MiB",
      value: counts[key] / mebibyte,
      note: over(key) ?? limit,
    });
    const number = (what: string, key: keyof typeof counts): Figure => ({
      what,
      unit: "count",
      value: counts[key],
      note: over(key),
    });
    const million = (what: string, key: keyof typeof counts): Figure => ({
      what,
      unit: "million",
      value: counts[key] / 1e6,
      note: over(key),
    });
    return [
      size("script", "scriptBytes", "limit 64 MiB"),
      size("script, gzip", "scriptGzipBytes", "older limits: 3 MB free, 10 MB paid"),
      size("bundle", "bundleBytes"),
      size("largest asset", "largestFileBytes", "limit 25 MiB"),
      size("ONNX Runtime's heap after four captions", "heapBytes", "an isolate has 128 MB"),
      number("ONNX nodes, encoder", "encoderNodes"),
      number("ONNX nodes, decoder", "decoderNodes"),
      million("multiply-adds, encoder", "encoderMultiplyAdds"),
      million("multiply-adds, a word", "wordMultiplyAdds"),
      number("session.run calls beside one a word", "runsBesideWords"),
    ];
  },
};
