/** @param {readonly (readonly string[])[]} rows */
export function writeTsv(rows) {
  return rows.map((cells) => cells.map((cell) => cell.replace(/\s+/g, " ")).join("\t")).join("\n");
}

/**
 * Writes rows as CSV (RFC 4180).
 *
 * @param {readonly (readonly string[])[]} rows
 */
export function writeCsv(rows) {
  return rows.map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("");
}

/**
 * A file may be named like a formula; spreadsheets take a cell with a leading apostrophe as text.
 *
 * @param {string} text
 */
function csvCell(text) {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
