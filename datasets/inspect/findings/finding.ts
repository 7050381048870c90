import type { Example, Finding } from "../inspection.ts";
import { type FindingCode, findingKinds } from "./kinds.ts";

/** How many examples of a finding are kept; words are short. */
const examplesKept = { images: 20, captions: 20, splits: 20, words: 200 } as const;

/** What was found of one kind. */
export function finding(
  code: FindingCode,
  examples: readonly Example[],
  { count = examples.length, of }: { readonly count?: number; readonly of?: number } = {},
): Finding {
  const kind = findingKinds[code];
  return {
    code,
    ...kind,
    count,
    ...(of === undefined ? {} : { of }),
    examples: examples.slice(0, examplesKept[kind.about]),
  };
}

/** Findings of which there is something, the most important first: in the order of the kinds. */
export function ordered(findings: readonly Finding[]): Finding[] {
  const order = Object.keys(findingKinds);
  return findings
    .filter(({ count }) => count > 0)
    .toSorted((one, other) => order.indexOf(one.code) - order.indexOf(other.code));
}
