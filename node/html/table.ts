import { type Html, html } from "./page.ts";

/**
 * Makes a table that scrolls if it is wider than the page.
 *
 * @param label - describes the table to screen readers.
 * @param content - its head and body.
 */
export function scrolledTable(label: string, content: Html): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table>${content}</table></div>`;
}
