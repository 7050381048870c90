/**
 * Tables of the HTTP interface.
 *
 * @module
 */
import { z } from "zod";
import { urlQuerySchema } from "../../core/api/caption-options.ts";
import { problems } from "../../core/api/problems.ts";
import { siteProblems } from "../../core/api/site.ts";
import { siteSettingsSchema } from "../../site/settings.ts";
import { settingsSchema } from "../../worker/settings/index.ts";
import { code, markdownTable } from "./markdown.ts";
import type { Fields } from "./option-rows.ts";

/** Returns the table of the parameters of `GET /caption`. */
export function captionParameters(): string {
  const { url, ...others } = urlQuerySchema.shape;
  const fields: Fields = { url, ...others };
  const rows = Object.entries(fields).map(([name, field]) => [
    code(name),
    valuesOf(field),
    field.description ?? "",
  ]);
  return markdownTable(["parameter", "values", "meaning"], rows);
}

/** Returns the table of all problems, with their codes and statuses. */
export function problemCodes(): string {
  return problemTable(problems);
}

function problemTable(table: Readonly<Record<string, { status: number; title: string }>>): string {
  const rows = Object.entries(table).map(([name, { status, title }]) => [
    code(name),
    String(status),
    title,
  ]);
  return markdownTable(["code", "status", "title"], rows);
}

/** Returns the table of the Worker's variables. */
export function settings(): string {
  return variablesTable(settingsSchema.shape);
}

/** Returns the table of the variables of the site's Worker. */
export function siteSettings(): string {
  return variablesTable(siteSettingsSchema.shape);
}

/** Returns the table of the failures that the site's API answers with. */
export function siteProblemCodes(): string {
  return problemTable(siteProblems);
}

function variablesTable(shape: Fields): string {
  const rows = Object.entries(shape).map(([name, field]) => [
    code(name),
    variableDefault(field),
    field.description ?? "",
  ]);
  return markdownTable(["variable", "default", "meaning"], rows);
}

/** Describes the values that a parameter may have. */
function valuesOf(field: z.ZodType): string {
  const { type, enum: choices, minimum, maximum } = z.toJSONSchema(field);
  if (choices !== undefined) return choices.map((choice) => code(String(choice))).join(", ");
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  return type === "string" ? "text" : String(type);
}

/** Returns the default of a variable as `wrangler.toml` would have it, or `none` for nothing. */
function variableDefault(field: z.ZodType): string {
  const hasDefault = field instanceof z.ZodDefault || field instanceof z.ZodPrefault;
  const value = hasDefault ? field.def.defaultValue : undefined;
  const isNothing = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  return isNothing ? "none" : String(value ?? "") || "none";
}
