import type { CaptionsLine } from "../../../core/api/batch.ts";
import { type BrowserIndex, nameByHash } from "../../../core/api/browser-index.ts";
import type { CaptionAnswer, WithheldAnswer } from "../../../core/api/caption-answer.ts";
import { type ProblemCode, type ProblemDocument, problems } from "../../../core/api/problems.ts";
import type { Manifest } from "../../../core/bundle/manifest.ts";

const best = {
  caption: "A dog runs.",
  tokens: ["a", "dog", "runs"],
  tokenLogProbabilities: [-0.25, -0.5, -1.25, -0.5],
  logProbability: -2.5,
  complete: true,
  confidence: 0.82,
};

const plain: CaptionAnswer = {
  ...best,
  model: { name: "edge-caption", version: "1.1.0" },
  image: { width: 640, height: 427, format: "jpeg" },
};

export const answerExamples = {
  plain: { value: plain },
  withheld: {
    value: {
      ...plain,
      confidence: 0.31,
      caption: null,
      reason: "low_confidence",
      draft: "A dog runs.",
    } satisfies WithheldAnswer,
  },
  withAlternativesAndAttention: {
    value: {
      ...plain,
      alternatives: [
        best,
        {
          caption: "A dog jumps.",
          tokens: ["a", "dog", "jumps"],
          tokenLogProbabilities: [-0.25, -0.5, -1.75, -0.5],
          logProbability: -3,
          complete: true,
          confidence: 0.74,
        },
      ],
      attention: {
        rows: 2,
        columns: 2,
        maps: [
          [0.25, 0.25, 0.25, 0.25],
          [0.1, 0.1, 0.7, 0.1],
          [0.1, 0.2, 0.3, 0.4],
        ],
      },
    } satisfies CaptionAnswer,
  },
};

/** Makes the example of a problem document for a code. */
export function problemExample(code: ProblemCode): ProblemDocument {
  return {
    type: `/problems#${code}`,
    ...problems[code],
    detail: "What exactly was wrong, in a sentence.",
    code,
    requestId: "cdbea0c6-5a6e-4a9f-a0fb-232b5e886cdf",
  };
}

const problem = problemExample("upstream_status");

export const lineExamples: Readonly<Record<string, { value: CaptionsLine }>> = {
  captioned: {
    value: { index: 1, url: "https://example.com/2.jpg", status: 200, answer: plain },
  },
  failed: {
    value: { index: 0, url: "https://example.com/1.jpg", status: problem.status, problem },
  },
};

const sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

export const manifestExample: Manifest = {
  schema: 1,
  name: "edge-caption",
  version: "1.1.0",
  provenance: {
    dataset: "flickr8k",
    images: 6000,
    captions: 30_000,
    backbone: { name: "mobilenet_v2_1.0_224", fineTuned: true },
    command: "npm run train -- --dataset data/flickr8k",
    seed: 1,
    epochs: 20,
  },
  metrics: [
    {
      dataset: "flickr8k",
      split: "validation",
      images: 1000,
      decoding: "greedy",
      values: { "CIDEr-D": 0.5 },
    },
  ],
  preparation: { height: 224, width: 224, fit: "stretch", background: 128, filter: "triangle" },
  network: {
    kind: "attention",
    encoder: { image: "image" },
    decoder: {
      token: "token",
      logits: "logits",
      attention: "attention",
      state: [{ input: "hidden", output: "next_hidden", initial: "first_hidden" }],
      image: [{ input: "regions", from: "regions" }],
    },
    regions: { rows: 7, columns: 7 },
    embeddingSize: 512,
    units: 512,
  },
  maximumLength: 20,
  styles: ["flickr8k", "coco"],
  defaultStyle: "flickr8k",
  confidence: {
    bias: 0.1,
    terms: [{ feature: "contentEntropy", mean: 1.2, deviation: 0.6, weight: -0.7 }],
    words: { dog: 0.2 },
    threshold: 0.7,
    fitted: {
      sets: [
        {
          dataset: "flickr8k",
          style: "flickr8k",
          images: 1000,
          areaUnderRoc: 0.74,
          calibrationError: 0.03,
        },
      ],
      areaUnderRoc: 0.74,
      calibrationError: 0.03,
    },
  },
  files: [
    { role: "encoder", path: "encoder.onnx", bytes: 100_000, sha256 },
    { role: "decoder", path: "decoder.onnx", bytes: 50_000, sha256 },
    { role: "vocabulary", path: "vocabulary.json", bytes: 30_000, sha256 },
  ],
};

export const browserScriptExample = `export * from "./model/${nameByHash("captioner.js", sha256)}";\n`;

export const browserIndexExample: BrowserIndex = {
  schema: 1,
  model: { name: "edge-caption", version: "1.1.0" },
  files: [{ role: "runtime", path: nameByHash("runtime.wasm", sha256), bytes: 14_000_000, sha256 }],
  modelFiles: [
    {
      name: "encoder.onnx",
      path: nameByHash("encoder.onnx", sha256),
      bytes: 100_000,
      sha256,
    },
  ],
  limits: { bytes: 10_485_760, pixels: 50_000_000, memory: 54_525_952 },
  neutral: "false",
};
