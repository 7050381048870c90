import { type Command, Option } from "commander";
import { z } from "zod";
import { issueText } from "../../core/api/issue-text.ts";
import { UserError } from "../../core/errors.ts";

/**
 * Adds an option for each key of a zod schema, as a `--kebab-case` flag with the key's description, so
 * that its default and limits exist once.
 *
 * A boolean is a flag without a value, and `--no-NAME` turns it off, for when a recipe turns it on. Other
 * options take a text, which the schema must coerce.
 */
export function addOptions(command: Command, schema: z.ZodObject): Command {
  for (const [key, field] of Object.entries(schema.shape) as [string, z.ZodType][]) {
    const flag = `--${kebab(key)}`;
    const description = `${field.description ?? ""}${defaultNote(field)}`;
    const option = new Option(isFlag(field) ? flag : `${flag} <value>`, description);
    command.addOption(isRepeatable(field) ? option.argParser(collect) : option);
    if (isFlag(field) && !key.startsWith("no")) {
      command.addOption(new Option(`--no-${kebab(key)}`, `not --${kebab(key)}`).hideHelp());
    }
  }
  return command;
}

/**
 * Checks the options that commander has read.
 *
 * @throws {UserError} `invalid_option`, which names the first wrong option.
 */
export function parseOptions<Schema extends z.ZodObject>(
  schema: Schema,
  values: Record<string, unknown>,
): z.infer<Schema> {
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  // The place of a wrong value of a repeated option ends in its number.
  const key = String(issue?.path[0] ?? "");
  const value = values[key];
  const text =
    value === undefined
      ? `--${kebab(key)}: ${issue?.message}.`
      : `--${kebab(key)} ${String(value)}: ${issueText(issue)}.`;
  throw new UserError("invalid_option", text);
}

/** Converts option values to the flags that set them, without undefined ones. */
export function optionFlags(values: Readonly<Record<string, unknown>>): string[] {
  const set = Object.entries(values).filter(([, value]) => value !== undefined);
  return set.flatMap(([key, value]) =>
    typeof value === "boolean"
      ? [`--${value ? "" : "no-"}${kebab(key)}`]
      : [value].flat().flatMap((one) => [`--${kebab(key)}`, String(one)]),
  );
}

/** Converts option values to flags in one line, for people. */
export function describeFlags(values: Readonly<Record<string, unknown>>): string {
  return optionFlags(values).join(" ");
}

function kebab(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function defaultNote(field: z.ZodType): string {
  if (!(field instanceof z.ZodDefault) || isFlag(field)) return "";
  return ` (default: ${String(field.def.defaultValue)})`;
}

/**
 * Makes the schema of an option that may be given several times; a single value is a list of one.
 *
 * @param error - says what is missing where the option is required.
 */
export function repeatable<T>(item: z.ZodType<T>, error?: string) {
  const schemas = [z.array(item).min(1), item.transform((one) => [one])] as const;
  return z.union(schemas, error === undefined ? {} : { error });
}

/** Returns whether an option's schema is {@link repeatable}. */
function isRepeatable(field: z.ZodType): boolean {
  const wrapped = field instanceof z.ZodOptional || field instanceof z.ZodDefault;
  const inner = wrapped ? field.def.innerType : field;
  if (!(inner instanceof z.ZodUnion)) return false;
  return inner.def.options.some((option) => option instanceof z.ZodArray);
}

function collect(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value];
}

function isFlag(field: z.ZodType): boolean {
  const inner = field instanceof z.ZodDefault ? field.def.innerType : field;
  return inner instanceof z.ZodBoolean;
}
