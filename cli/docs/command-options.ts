/**
 * Tables of the options of `npm run train`, `npm run convert` and `npm run inspect`.
 *
 * @module
 */
import { commandSchema } from "../../convert/command.ts";
import { inspectOptionsSchema } from "../../datasets/inspect/options.ts";
import { cleaningOptions } from "../../datasets/options.ts";
import { SYNTHETIC_DEFAULTS, trainOptionsSchema } from "../../run-files/options.ts";
import { code, markdownTable } from "./markdown.ts";
import { flag, optionRows } from "./option-rows.ts";

/** Returns the table of all options of `npm run train`. */
export function trainingOptions(): string {
  const synthetic = new Map(
    Object.entries(SYNTHETIC_DEFAULTS).map(([key, value]) => [flag(key), String(value)]),
  );
  const rows = optionRows(trainOptionsSchema.shape).map(([name = "", usual = "", meaning = ""]) => [
    name,
    usual,
    synthetic.get(name) ?? "",
    meaning,
  ]);
  return markdownTable(["option", "default", "synthetic", "meaning"], rows);
}

/** Returns the table of all options of `npm run convert`. */
export function converterOptions(): string {
  return markdownTable(["option", "default", "meaning"], optionRows(commandSchema.shape));
}

/** Returns the table of the rules that clean a data set, in the order in which they are applied. */
export function cleaningRules(): string {
  return markdownTable(["rule", "default", "meaning"], optionRows(cleaningOptions));
}

/** Returns the table of the options of `npm run inspect`, without the rules for cleaning. */
export function inspectOptions(): string {
  const others = Object.entries(inspectOptionsSchema.shape).filter(
    ([key]) => !(key in cleaningOptions),
  );
  return markdownTable(
    ["option", "default", "meaning"],
    [
      [code("--json"), "", "print one JSON object instead, or write it to the file that follows"],
      ...optionRows(Object.fromEntries(others)),
    ],
  );
}
