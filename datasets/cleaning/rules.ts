import { z } from "zod";
import { optionFlags } from "../../node/cli/option-flags.ts";
import { type CleaningOptions, cleaningOptions } from "../options.ts";

const count = z.int().min(0);

/** What a rule left out. */
export const ruleOutcomeSchema = z.object({
  /** The rule as a flag, such as `--minimum-words 3`. */
  rule: z.string(),
  /** Images that lost all their captions. */
  images: count,
  /** Captions, those of the images included. */
  captions: count,
  example: z.string().optional(),
});
export type RuleOutcome = Readonly<z.infer<typeof ruleOutcomeSchema>>;

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
