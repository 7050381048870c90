import { trainingOptionsTable } from "./training-options.ts";

/** The generated parts of the guides: by file, by the name that their markers carry. */
export const GENERATED_TABLES: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  "docs/training.md": { "training-options": trainingOptionsTable },
};

/**
 * Returns a guide with its generated parts anew: what stands between
 * `<!-- generated: NAME -->` and `<!-- end: NAME -->`.
 *
 * @throws {Error} where the guide lacks the markers of a table.
 */
export function withTables(guide: string, tables: Readonly<Record<string, () => string>>): string {
  let text = guide;
  for (const [name, table] of Object.entries(tables)) {
    const [begin, end] = [`<!-- generated: ${name} -->\n`, `\n<!-- end: ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`the guide has no place for the table ${name}`);
    text = `${text.slice(0, from + begin.length)}\n${table()}\n${text.slice(to)}`;
  }
  return text;
}
