import { optionFlags } from "../../node/cli/option-flags.ts";
import { type CleaningOptions, cleaningOptions } from "../options.ts";

/** What a rule left out. */
export interface RuleOutcome {
  /** As it is asked for, such as `--minimum-words 3`. */
  readonly rule: string;
  /** Images that are left out whole, and captions, theirs included. */
  readonly images: number;
  readonly captions: number;
  readonly example?: string;
}

export type RuleName = keyof CleaningOptions;

/** The rules that were asked for, in the order in which they are applied: that of the options. */
export function askedRules(options: CleaningOptions): RuleName[] {
  const names = Object.keys(cleaningOptions) as RuleName[];
  return names.filter((name) => ![undefined, false, "none"].includes(options[name] as never));
}

/** A rule as a user types it. */
export function ruleFlag(name: RuleName, options: CleaningOptions): string {
  return optionFlags({ [name]: options[name] }).join(" ");
}

const onPictures: ReadonlySet<RuleName> = new Set([
  "dropUnreadable",
  "minimumSide",
  "dropGreyscale",
  "dropDuplicates",
  "dropShared",
]);

/** Whether a rule has to look at the pictures. */
export function looksAtPictures(name: RuleName): boolean {
  return onPictures.has(name);
}
