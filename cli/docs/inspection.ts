/**
 * Tables of the findings and the report of `npm run inspect`.
 *
 * @module
 */
import type { z } from "zod";
import { FINDING_KINDS } from "../../datasets/inspect/findings/kinds.ts";
import { inspectionSchema } from "../../datasets/inspect/inspection.ts";
import { NOTICED } from "../../datasets/inspect/options.ts";
import { code, markdownTable } from "./markdown.ts";

/** Returns the table of all findings, the most important first. */
export function findings(): string {
  const rows = Object.entries(FINDING_KINDS).map(([name, kind]) => [
    code(name),
    kind.severity,
    `${kind.title}. ${kind.explanation}`,
    "remedy" in kind ? code(kind.remedy) : "",
  ]);
  return markdownTable(["finding", "severity", "what is found", "left out by"], rows);
}

/** Returns the table of the lengths and sizes that an inspection reports unless told otherwise. */
export function noticedBounds(): string {
  const { minimumWords, maximumWords, minimumSide } = NOTICED;
  return markdownTable(
    ["noted", "below", "above"],
    [
      ["words of a caption", String(minimumWords), String(maximumWords)],
      ["pixels of an image's side", String(minimumSide), ""],
    ],
  );
}

/** Returns the table of the keys of `npm run inspect -- DIR --json`. */
export function inspectionKeys(): string {
  const fields: [string, z.ZodType][] = Object.entries(inspectionSchema.shape);
  const rows = fields.map(([key, field]) => [code(key), field.description ?? ""]);
  return markdownTable(["key", "value"], rows);
}
