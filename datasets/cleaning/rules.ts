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

/** Returns the rules that are set, in the order of their application: that of the options. */
export function askedRules(options: CleaningOptions): RuleName[] {
  const names = Object.keys(cleaningOptions) as RuleName[];
  return names.filter((name) => ![undefined, false, "none"].includes(options[name] as never));
}

/** Returns a rule as a flag, such as `--minimum-words 3`. */
export function ruleFlag(name: RuleName, options: CleaningOptions): string {
  return optionFlags({ [name]: options[name] }).join(" ");
}

const IMAGE_RULES: ReadonlySet<RuleName> = new Set([
  "dropUnreadable",
  "minimumSide",
  "dropGreyscale",
  "dropDuplicates",
  "dropShared",
]);

/** Returns whether a rule needs facts about the images. */
export function needsImages(name: RuleName): boolean {
  return IMAGE_RULES.has(name);
}
