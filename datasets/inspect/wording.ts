import { counted } from "../../node/cli/numbers.ts";
import type { Example, Finding, Inspection } from "./inspection.ts";

/** Formats a share as a percentage; only 0 becomes `0 %`. */
export function percent(share: number): string {
  const value = 100 * share;
  if (value === 0) return "0 %";
  if (value < 0.01) return "under 0.01 %";
  return `${value.toFixed(value < 1 ? 2 : 1)} %`;
}

const languageNames = new Intl.DisplayNames(["en"], { type: "language" });

/** Describes a data set in one line. */
export function summary({ images, captions, language }: Inspection): string {
  const spoken = language === undefined ? "" : `, mostly in ${languageNames.of(language)}`;
  return `${counted(images)} images with ${counted(captions)} captions${spoken}`;
}

/** Formats the share of a finding; empty if the total is unknown. */
export function shareOf({ count, of }: Finding): string {
  return of === undefined || of === 0 ? "" : percent(count / of);
}

/** Formats an example with its note. */
export function exampleText({ text, note }: Example): string {
  return visible(note === undefined ? text : `${text}  (${note})`);
}

/** Escapes control characters, which a terminal would execute. */
function visible(text: string): string {
  const line = text.replaceAll("\t", " ");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern looks for control characters
  return line.replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** Returns the sizes of the splits, and of the images in no split. */
export function splitRows({ splits, unassigned }: Inspection) {
  const rows = [...Object.entries(splits), ["in no split", unassigned] as const];
  return rows.map(([name, { images, captions }]) => ({ name, images, captions }));
}

/** Returns the sizes of the data sets; empty for a single one. */
export function setRows({ sets }: Inspection) {
  if (sets.length === 1) return [];
  return sets.map(({ name, splits }) => {
    const sum = (of: (split: { images: number; captions: number }) => number) =>
      Object.values(splits).reduce((total, split) => total + of(split), 0);
    return { name, images: sum(({ images }) => images), captions: sum(({ captions }) => captions) };
  });
}

/** Returns the sizes that the splits would have in training. */
export function keptRows({ keep }: Inspection) {
  return Object.entries(keep.splits).map(([name, size]) => ({ name, ...size }));
}

/** Describes how long the inspection took. */
export function effortSentence({ seconds, cpuSeconds }: Inspection): string {
  return `Examined in ${seconds.toFixed(0)} s (${cpuSeconds.toFixed(0)} s of CPU time).`;
}

/** Formats a class of frequency, such as `5 to 9 times`. */
export function frequencyClass({ from, to }: { readonly from: number; readonly to?: number }) {
  if (from === to) return from === 1 ? "once" : `${from} times`;
  return to === undefined ? `${counted(from)} times or more` : `${from} to ${to} times`;
}

/** Describes how training's vocabulary covers the training captions. */
export function vocabularySentence({ keep }: Inspection): string {
  const { minimumCount, words, coverage } = keep.vocabulary;
  return `${counted(words)} words that occur at least ${minimumCount} times would be learnt (--minimum-count ${minimumCount}); they cover ${percent(coverage)} of the training captions.`;
}
