import type { SiteImage } from "../../client/index.ts";
import { html, page } from "../../node/html/page.ts";
import { scrolledTable } from "../../node/html/table.ts";

/** What `npm run alt -- export` can write. */
export const EXPORT_FORMATS = ["csv", "ndjson", "html"] as const;

/** The format of an export. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const COLUMNS = ["url", "state", "alt", "caption", "confidence", "model", "problem"] as const;

/** Formats images as a text. */
export async function exportImages(
  images: readonly SiteImage[],
  format: ExportFormat,
): Promise<string> {
  switch (format) {
    case "csv":
      return csv(images);
    case "ndjson":
      return images.map((image) => `${JSON.stringify(image)}\n`).join("");
    case "html":
      return htmlPage(images);
  }
}

function csv(images: readonly SiteImage[]): string {
  const rows = images.map((image) => [
    ...COLUMNS.map((name) => image[name]),
    image.pages.map(({ url }) => url).join(" "),
  ]);
  return [[...COLUMNS, "pages"], ...rows].map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

/** Quotes a field as RFC 4180 has it. */
function field(value: string | number | null): string {
  const text = String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function htmlPage(images: readonly SiteImage[]): Promise<string> {
  const head = html`<thead><tr>${[...COLUMNS, "pages"].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>`;
  const rows = images.map(
    (image) =>
      html`<tr>${COLUMNS.map((name) => html`<td>${image[name] ?? ""}</td>`)}<td>${image.pages.map(({ url }) => url).join(" ")}</td></tr>`,
  );
  return page({
    title: "Alternative texts",
    lead: `${images.length} images.`,
    body: scrolledTable("Images and their alternative texts", html`${head}<tbody>${rows}</tbody>`),
  });
}
