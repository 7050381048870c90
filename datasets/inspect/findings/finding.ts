import type { Example, Finding } from "../inspection.ts";
import { FINDING_KINDS, type FindingCode } from "./kinds.ts";

/** Examples that a finding keeps, by what it is about; words are short. */
const MAXIMUM_EXAMPLES = { images: 20, captions: 20, splits: 20, words: 200 } as const;

/** Makes a finding of one kind. */
export function finding(
  code: FindingCode,
  examples: readonly Example[],
  { count = examples.length, of }: { readonly count?: number; readonly of?: number } = {},
): Finding {
  const kind = FINDING_KINDS[code];
  return {
    code,
    ...kind,
    count,
    ...(of === undefined ? {} : { of }),
    examples: examples.slice(0, MAXIMUM_EXAMPLES[kind.about]),
  };
}

/** Returns the findings with occurrences, the most important first: in the order of the kinds. */
export function ordered(findings: readonly Finding[]): Finding[] {
  const order = Object.keys(FINDING_KINDS);
  return findings
    .filter(({ count }) => count > 0)
    .toSorted((one, other) => order.indexOf(one.code) - order.indexOf(other.code));
}
