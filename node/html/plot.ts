import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { type Html, html, raw } from "./page.ts";

export { Plot };

/** Plot draws into a document, of which Node has none. */
const { document } = parseHTML("<!doctype html><html><body></body></html>");

type PlotDocument = NonNullable<Plot.PlotOptions["document"]>;

/** What is used of an element, whose types only browsers' libraries declare. */
interface DrawnElement {
  readonly outerHTML: string;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  querySelectorAll(selector: string): Iterable<DrawnElement>;
}

/** Plots are drawn twice: text that is legible on a desk would be a third as large on a phone. */
const widths = { wide: 1100, narrow: 360 } as const;

/** What is drawn at a width. */
export type Drawing = (width: number) => Plot.PlotOptions;

/**
 * A plot as vector graphics within the page, once for wide windows and once for narrow ones; its
 * colours are the page's variables, so that it follows light and dark.
 *
 * @param label - what it shows, for those who do not see it.
 */
export function figure(label: string, caption: Html | string, drawing: Drawing): Html {
  return html`<figure class="plot">
${Object.entries(widths).map(([name, width]) => html`<div class="${name}">${svg(label, drawing(width), width)}</div>`)}
<figcaption>${caption}</figcaption>
</figure>`;
}

function svg(label: string, options: Plot.PlotOptions, width: number): Html {
  const drawn = Plot.plot({
    ...options,
    width,
    // A text instead of an object would be a property that this document cannot set.
    style: { fontSize: "13px" },
    document: document as unknown as PlotDocument,
  });
  const element = drawn as unknown as DrawnElement;
  // Plot names the kind of each mark for screen readers, on elements that may bear no name.
  for (const mark of element.querySelectorAll("g[aria-label]")) mark.removeAttribute("aria-label");
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", label);
  return raw(element.outerHTML) as Html;
}
