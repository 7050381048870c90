import {
  cleaningRules,
  converterOptions,
  inspectOptions,
  trainingOptions,
} from "./command-options.ts";
import {
  captionParameters,
  problemCodes,
  settings,
  siteProblemCodes,
  siteSettings,
} from "./http.ts";
import { imageErrors, imageLimits } from "./images.ts";
import { findings, inspectionKeys, noticedBounds } from "./inspection.ts";
import { versions } from "./versions.ts";

/** The generated parts of a guide: a function for each name in its markers. */
type Tables = Readonly<Record<string, () => string>>;

/** The generated parts of the guides, by file. */
export const GENERATED_TABLES: Readonly<Record<string, Tables>> = {
  "README.md": { versions },
  "docs/converter.md": { "converter-options": converterOptions },
  "docs/data.md": {
    findings,
    "noticed-bounds": noticedBounds,
    "cleaning-rules": cleaningRules,
    "inspection-keys": inspectionKeys,
    "inspect-options": inspectOptions,
  },
  "docs/http.md": {
    "caption-parameters": captionParameters,
    "problem-codes": problemCodes,
    settings,
  },
  "docs/images.md": { "image-errors": imageErrors, "image-limits": imageLimits },
  "docs/site.md": { "site-settings": siteSettings, "site-problems": siteProblemCodes },
  "docs/training.md": { "training-options": trainingOptions },
};

/**
 * Returns a guide with its tables written anew, each between `<!-- generated: NAME -->` and
 * `<!-- end: NAME -->`.
 *
 * @throws {Error} if the guide lacks the markers of a table, or has markers of an unknown one
 */
export function withTables(guide: string, tables: Tables): string {
  for (const [, name = ""] of guide.matchAll(/^<!-- generated: (.+) -->$/gm)) {
    if (!(name in tables)) throw new Error(`the guide has a place for an unknown table: ${name}`);
  }
  let text = guide;
  for (const [name, table] of Object.entries(tables)) {
    const [begin, end] = [`<!-- generated: ${name} -->\n`, `\n<!-- end: ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`the guide has no place for the table ${name}`);
    text = `${text.slice(0, from + begin.length)}\n${table()}\n${text.slice(to)}`;
  }
  return text;
}
