/**
 * The measures of captions, as coco-caption computes them.
 *
 * @module
 *
 * @example
 * ```ts
 * const candidates = ["A dog runs."].map(tokenizeCaption);
 * const references = [["A dog is running.", "The dog runs."].map(tokenizeCaption)];
 * measure(candidates, references).corpus["BLEU-4"];
 * ```
 */
export { type Bleu, type BleuScores, bleu } from "./bleu.ts";
export {
  type BootstrapOptions,
  bootstrap,
  bootstrapDefaults,
  type Comparison,
  type Interval,
  measureIntervals,
  pairedBootstrap,
  pairedBootstraps,
  quantile,
} from "./bootstrap.ts";
export type { Caption, Score } from "./caption.ts";
export { CiderD, cider } from "./cider.ts";
export {
  type MeasureName,
  type Measures,
  type MeasureValues,
  measure,
  measureNames,
  measureSample,
  perMeasure,
} from "./measures.ts";
export { tokenizeCaption } from "./ptb-tokenizer.ts";
export { rougeL } from "./rouge.ts";
