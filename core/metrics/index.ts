/**
 * The measures of captions: how coco-caption computes them, to the last digit.
 *
 * @module
 *
 * @example
 * ```ts
 * const candidates = ["A dog runs."].map(tokenizeCaption);
 * const references = [["A dog is running.", "The dog runs."].map(tokenizeCaption)];
 * measure(candidates, references).corpus["CIDEr-D"];
 * ```
 */
export { type Bleu, type BleuScores, bleu } from "./bleu.ts";
export type { Caption, Score } from "./caption.ts";
export { CiderD, cider } from "./cider.ts";
export { type MeasureName, type Measures, measure, measureNames } from "./measures.ts";
export { tokenizeCaption } from "./ptb-tokenizer.ts";
export { rougeL } from "./rouge.ts";
