import type { Example, Finding, Inspection } from "./inspection.ts";

/** The number with its thousands apart. */
export function counted(value: number): string {
  return value.toLocaleString("en");
}

/** A number of things, one of which may be one. */
export function countOf(value: number, thing: string): string {
  return `${counted(value)} ${thing}${value === 1 ? "" : "s"}`;
}

/** A share, with as many decimals as it takes to be told from nothing. */
export function percent(share: number): string {
  const value = 100 * share;
  if (value === 0) return "0 %";
  if (value < 0.01) return "under 0.01 %";
  return `${value.toFixed(value < 1 ? 2 : 1)} %`;
}

const languageNames = new Intl.DisplayNames(["en"], { type: "language" });

/** What a data set is, in one line. */
export function summary({ images, captions, language }: Inspection): string {
  const spoken = language === undefined ? "" : `, mostly in ${languageNames.of(language)}`;
  return `${counted(images)} images with ${counted(captions)} captions${spoken}`;
}

/** How much of everything a finding is; nothing where that is not known. */
export function shareOf({ count, of }: Finding): string {
  return of === undefined || of === 0 ? "" : percent(count / of);
}

/** What was found, and what is the matter with it. Control characters are written out. */
export function exampleText({ text, note }: Example): string {
  return visible(note === undefined ? text : `${text}  (${note})`);
}

/** A caption may hold anything: on a terminal, control characters would do what they say. */
function visible(text: string): string {
  const line = text.replaceAll("\t", " ");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return line.replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** The names of the splits, with what is in none of them. */
export function splitRows({ splits, unassigned }: Inspection) {
  const rows = [...Object.entries(splits), ["in no split", unassigned] as const];
  return rows.map(([name, { images, captions }]) => ({ name, images, captions }));
}

/** A class of frequency, such as `5 to 9 times`. */
export function frequencyClass({ from, to }: { readonly from: number; readonly to?: number }) {
  if (from === to) return from === 1 ? "once" : `${from} times`;
  return to === undefined ? `${counted(from)} times or more` : `${from} to ${to} times`;
}

/** How training's vocabulary covers the captions it learns from. */
export function vocabularySentence({ keep }: Inspection): string {
  const { minimumCount, words, coverage } = keep.vocabulary;
  return `${counted(words)} words that occur at least ${minimumCount} times would be learnt (--minimum-count ${minimumCount}); they make up ${percent(coverage)} of the training captions.`;
}
