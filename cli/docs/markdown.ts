/**
 * Writes a table in Markdown. Bars in a cell are escaped, as they would end it.
 *
 * @param headings - the cells of the first row.
 * @param rows - the other rows, each with as many cells as there are headings.
 */
export function markdownTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const separator = `|${"---|".repeat(headings.length)}`;
  return [markdownRow(headings), separator, ...rows.map(markdownRow)].join("\n");
}

/** Marks a text as code. */
export function code(text: string): string {
  return `\`${text}\``;
}

function markdownRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
