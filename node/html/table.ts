import { type Html, html } from "./page.ts";

/**
 * A table that scrolls within the page where it is too wide for it.
 *
 * @param label - what it shows, for those who do not see it.
 * @param content - its head and its body.
 */
export function scrolledTable(label: string, content: Html): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table>${content}</table></div>`;
}
