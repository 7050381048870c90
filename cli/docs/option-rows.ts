import { z } from "zod";
import { optionFlags } from "../../node/cli/option-flags.ts";
import { code } from "./markdown.ts";

/** The fields of a zod object, by their names. */
export type Fields = Readonly<Record<string, z.ZodType>>;

/** Returns a row for each option of a command: its flag, its default and its description. */
export function optionRows(fields: Fields): string[][] {
  return Object.entries(fields).map(([key, field]) => [
    flag(key),
    defaultOf(field),
    field.description ?? "",
  ]);
}

/** Returns an option's flag as code, such as `--batch-size`. */
export function flag(key: string): string {
  return code(optionFlags({ [key]: true }).join(" "));
}

/** Returns an option's default as text; empty for options without one, and for flags. */
function defaultOf(field: z.ZodType): string {
  const value = field instanceof z.ZodDefault ? field.def.defaultValue : false;
  return value === false ? "" : String(value);
}
