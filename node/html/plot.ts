import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { type Html, html, raw } from "./page.ts";

export { Plot };

/** Plot needs a document, which Node does not have. */
const { document } = parseHTML("<!doctype html><html><body></body></html>");

type PlotDocument = NonNullable<Plot.PlotOptions["document"]>;

/** The used part of an element, whose types only the DOM library declares. */
interface DrawnElement {
  readonly outerHTML: string;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  querySelectorAll(selector: string): Iterable<DrawnElement>;
}

/** Plots are drawn twice, as a wide plot's text would be too small on a phone. */
const WIDTHS = { wide: 1100, narrow: 360 } as const;

/** Returns the plot for a width. */
type Drawing = (width: number) => Plot.PlotOptions;

/**
 * Draws a plot as SVG in the page, once for wide windows and once for narrow ones. Its colours are the
 * page's variables, so that it follows the light or dark theme.
 *
 * @param label - the text alternative, for screen readers
 */
export function figure(label: string, caption: Html | string, drawing: Drawing): Html {
  return html`<figure class="plot">
${Object.entries(WIDTHS).map(([name, width]) => html`<div class="${name}">${svg(label, drawing(width), width)}</div>`)}
<figcaption>${caption}</figcaption>
</figure>`;
}

function svg(label: string, options: Plot.PlotOptions, width: number): Html {
  const drawn = Plot.plot({
    ...options,
    width,
    // An object, as this document cannot set a style given as text.
    style: { fontSize: "13px" },
    document: document as unknown as PlotDocument,
  });
  const element = drawn as unknown as DrawnElement;
  // Plot labels each mark, on elements that may not have a label.
  for (const mark of element.querySelectorAll("g[aria-label]")) mark.removeAttribute("aria-label");
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", label);
  return raw(element.outerHTML) as Html;
}
