import { neutralise } from "../../core/neutral/index.ts";
import { neutralNouns } from "../../core/neutral/words.ts";
import {
  type Caption,
  type Interval,
  type MeasureValues,
  measure,
  pairedBootstrap,
  tokenizeCaption,
} from "../../metrics/index.ts";
import type { WrittenCaption } from "./caption-split.ts";
import type { Share } from "./wording.ts";

/** What the caption option `neutral` costs and gives. */
export interface Neutrality {
  /** Captions that it rewrites. */
  readonly changed: Share;
  /** Captions that name a sex. */
  readonly gendered: Share;
  /** Captions whose sex contradicts all references: see {@link contradictsAll}. */
  readonly contradicting: Share;
  /** The same after rewriting. */
  readonly contradictingAfter: Share;
  /** The measures of the rewritten captions, by the same references. */
  readonly measures: MeasureValues;
  /** CIDEr-D of the rewritten captions minus that of the captions as written. */
  readonly cider: Interval & { readonly difference: number };
}

const FEMALE: ReadonlySet<string> = new Set(
  (
    "she her hers herself woman women lady ladies female females girl girls schoolgirl daughter daughters " +
    "mother mothers mom moms mum mommy grandmother grandmothers sister sisters wife wives girlfriend " +
    "girlfriends bride brides bridesmaid bridesmaids policewoman policewomen businesswoman businesswomen " +
    "saleswoman saleswomen cowgirl cowgirls waitress waitresses actress actresses ballerina ballerinas"
  ).split(" "),
);

const MALE: ReadonlySet<string> = new Set(
  ["he", "him", "his", "himself", ...neutralNouns.keys()].filter((word) => !FEMALE.has(word)),
);

/** Measures captions before and after the option `neutral` has rewritten them. */
export function measureNeutrality(
  written: readonly WrittenCaption[],
  references: readonly (readonly Caption[])[],
): Neutrality {
  const neutral = written.map(({ words }) => neutralise(words).map(({ word }) => word));
  const shareOf = (isCounted: (index: number) => boolean): Share => {
    const count = written.filter((_, index) => isCounted(index)).length;
    return { count, share: count / written.length };
  };
  const before = written.map(({ words }) => tokenizeCaption(words.join(" ")));
  const after = neutral.map((words) => tokenizeCaption(words.join(" ")));
  const [plain, rewritten] = [measure(before, references), measure(after, references)];
  const { difference, interval } = pairedBootstrap(plain, rewritten, "CIDEr-D");
  return {
    changed: shareOf((index) => before[index]?.join(" ") !== after[index]?.join(" ")),
    gendered: shareOf((index) => names(before[index], FEMALE) || names(before[index], MALE)),
    contradicting: shareOf((index) => contradictsAll(before[index], references[index])),
    contradictingAfter: shareOf((index) => contradictsAll(after[index], references[index])),
    measures: rewritten.corpus,
    cider: { difference, ...interval },
  };
}

/**
 * Tells whether a caption names a sex that none of the references names, while at least one of them
 * names the other.
 */
function contradictsAll(caption: Caption = [], references: readonly Caption[] = []): boolean {
  const isWrong = (named: ReadonlySet<string>, other: ReadonlySet<string>) =>
    names(caption, named) &&
    !references.some((reference) => names(reference, named)) &&
    references.some((reference) => names(reference, other));
  return isWrong(FEMALE, MALE) || isWrong(MALE, FEMALE);
}

function names(caption: Caption = [], words: ReadonlySet<string>): boolean {
  return caption.some((word) => words.has(word));
}
