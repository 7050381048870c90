import { element, percentage } from "./elements.js";
import { ServiceError } from "./service.js";
import { writeCsv, writeTsv } from "./table-text.js";

const section = element("batch", HTMLElement);
const table = element("batch-rows", HTMLElement);
const hint = element("batch-hint", HTMLElement);

/** Images that are captioned at the same time. */
const PARALLEL = 2;

/** How often an image is tried again when the service is busy. */
const RETRIES = 5;

/** @typedef {{name: string, caption: string, confidence: string, problem: string}} Row */

/**
 * A key and a style, either may be empty, and what captions a file.
 *
 * @typedef {{key: string, style: string, request: typeof import("./service.js").requestCaption}} Given
 */

/** @type {Row[]} */
let rows = [];

/** @type {string[]} */
let thumbnails = [];

/** Hides the table of a batch. */
export function hideBatch() {
  section.hidden = true;
}

/** Returns the table as tab-separated text, for pasting into a spreadsheet or a document. */
export function batchAsText() {
  return writeTsv(rows.map(cellsOf));
}

/** Returns the table as CSV (RFC 4180). */
export function batchAsCsv() {
  return writeCsv([["file", "caption", "confidence", "problem"], ...rows.map(cellsOf)]);
}

/** @param {Row} row */
function cellsOf({ name, caption, confidence, problem }) {
  return [name, caption, confidence, problem];
}

/**
 * Captions files one after the other, and shows each caption in a table.
 *
 * @param {readonly File[]} files
 * @param {Given} given
 * @param {AbortSignal} signal
 * @param {(done: number) => void} onProgress
 * @throws {ServiceError} `unauthorized`; other problems are shown in the table
 */
export async function captionBatch(files, given, signal, onProgress) {
  const cells = showTable(files);
  const queue = files.entries();
  let done = 0;
  const worker = async () => {
    for (const [index, file] of queue) {
      const row = await captionFile(file, given, signal);
      signal.throwIfAborted();
      rows[index] = row;
      const cell = cells[index];
      if (cell) {
        cell.textContent = row.caption || row.problem;
        cell.classList.toggle("error", row.problem !== "");
        if (row.confidence !== "") cell.append(" ", percentage(Number(row.confidence)));
        hint.hidden &&= row.confidence === "";
      }
      onProgress(++done);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}

/**
 * @param {File} file
 * @param {Given} given
 * @param {AbortSignal} signal
 * @returns {Promise<Row>}
 */
async function captionFile(file, given, signal) {
  const { name } = file;
  for (let tries = 0; ; tries++) {
    try {
      const answer = await given.request({ file, name }, given, signal, { plain: true });
      return { name, ...captionCells(answer), problem: "" };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ServiceError) || error.code === "unauthorized") throw error;
      if (!error.retryAfter || tries >= RETRIES)
        return { name, caption: "", confidence: "", problem: error.message };
      await delay(1000 * error.retryAfter, signal);
    }
  }
}

/** @param {import("./service.js").Answer} answer */
function captionCells({ caption, confidence }) {
  return {
    caption: caption ?? "",
    confidence: confidence === undefined ? "" : confidence.toFixed(2),
  };
}

/**
 * Shows a row for each file, and returns the cells for the captions.
 *
 * @param {readonly File[]} files
 */
function showTable(files) {
  for (const url of thumbnails) URL.revokeObjectURL(url);
  thumbnails = files.map((file) => URL.createObjectURL(file));
  rows = files.map(({ name }) => ({ name, caption: "", confidence: "", problem: "" }));
  const cells = files.map(() => document.createElement("td"));
  table.replaceChildren(
    ...files.map(({ name }, index) => {
      const row = document.createElement("tr");
      const heading = document.createElement("th");
      heading.scope = "row";
      const image = document.createElement("img");
      image.src = thumbnails[index] ?? "";
      image.alt = "";
      image.addEventListener("error", () => image.remove());
      const file = document.createElement("div");
      file.className = "file";
      file.append(image, name);
      heading.append(file);
      row.append(heading, cells[index] ?? "");
      return row;
    }),
  );
  hint.hidden = true;
  section.hidden = false;
  return cells;
}

/**
 * @param {number} milliseconds
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function delay(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
