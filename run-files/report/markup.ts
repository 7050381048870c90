import { type Html, html } from "../../node/html/page.ts";

/** An entry of a plot's legend. */
interface LegendEntry {
  readonly name: string;
  /** A colour of the page, such as `var(--series-1)`. */
  readonly colour: string;
  readonly dashed?: boolean;
  readonly dot?: boolean;
}

/** Writes a plot's legend. */
export function legend(entries: readonly LegendEntry[]): Html {
  return html`${entries.map(({ name, colour, dashed, dot }) => {
    const kind = dot ? "dot" : dashed ? "dashed" : "solid";
    return html`<span class="key ${kind}" style="--colour: ${colour}">${name}</span> `;
  })}`;
}

/** Writes a table of names and values. */
export function properties(rows: readonly (readonly [name: string, value: Html | string])[]): Html {
  return html`<table class="properties">${rows.map(
    ([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>
`,
  )}</table>`;
}
