import type { BenchGraph } from "../graphs/backbone.ts";
import { gpt2Block, vitBlock, wordScores } from "../graphs/transformer.ts";
import { type Summary, summarize } from "../measure/statistics.ts";
import type { Figure, Part } from "../part.ts";
import { type MeasuredService, startMeasured } from "../service.ts";

const blocks = 12;
const vocabulary = 50_257;
/** The scores of all words are a product of 154 MB: an eighth of it is measured, and counted eight times. */
const share = 8;
const words = 11;
const warmUp = 6;
const mebibyte = 2 ** 20;

/**
 * What people reach for in JavaScript, ViT-B/16 with GPT-2, by one block of each: measured in the
 * runtime that captions here, and multiplied.
 */
export const vitGpt2: Part = {
  name: "vit-gpt2",
  title: "ViT-B/16 and GPT-2 with cross-attention in the same workerd, by their blocks, CPU",
  async run({ options }) {
    // Before the service: connections that wait for long are closed.
    const encoder = vitBlock();
    const decoder = gpt2Block();
    const scores = wordScores(Math.ceil(vocabulary / share));
    const service = await startMeasured(options.model);
    try {
      const runs = Math.max(3, Math.ceil(options.runs / 2));
      const encoding = await measure(service, encoder, runs);
      const step = await measure(service, decoder, runs);
      const scoring = await measure(service, scores, runs);
      const picture = scaled(encoding, blocks);
      const word = sum(scaled(step, blocks), scaled(scoring, share));
      const bytes =
        blocks * (encoder.model.byteLength + decoder.model.byteLength) +
        share * scores.model.byteLength;
      return [
        { what: "a block of ViT-B/16, 197 patches", unit: "ms", ...encoding },
        { what: "a block of GPT-2 at a word", unit: "ms", ...step },
        { what: `ViT-B/16: ${blocks} blocks`, unit: "ms", ...picture },
        { what: `GPT-2, a word: ${blocks} blocks and the scores`, unit: "ms", ...word },
        {
          what: `a caption of ${words} words`,
          unit: "ms",
          ...sum(picture, scaled(word, words)),
          note: "without decoding and preparing the picture",
        },
        {
          what: "weights of the blocks and the scores",
          unit: "MiB",
          value: bytes / mebibyte,
          note: "an isolate has 128 MB",
        },
      ] satisfies Figure[];
    } finally {
      await service.stop();
    }
  },
};

async function measure(
  service: MeasuredService,
  { model, inputs }: BenchGraph,
  runs: number,
): Promise<Summary> {
  await service.loadGraph(model);
  await service.runGraph(inputs, warmUp);
  const times: number[] = [];
  for (let count = 0; count < runs; count++) {
    const before = service.cpu();
    await service.runGraph(inputs, 2);
    times.push((service.cpu() - before) / 2);
  }
  return summarize(times);
}

function scaled({ value, least, runs }: Summary, factor: number): Summary {
  return { value: factor * value, least: factor * least, runs };
}

function sum(one: Summary, other: Summary): Summary {
  return {
    value: one.value + other.value,
    least: one.least + other.least,
    runs: Math.min(one.runs, other.runs),
  };
}
