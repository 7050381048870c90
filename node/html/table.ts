import { type Html, html } from "./page.ts";

/**
 * Wraps a table so that it scrolls in the page if it is too wide.
 *
 * @param label - the text alternative, for screen readers
 * @param content - the head and the body of the table
 */
export function scrolledTable(label: string, content: Html): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table>${content}</table></div>`;
}
