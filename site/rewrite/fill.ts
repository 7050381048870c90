import { encodeAlt } from "./alt-text.ts";
import { LACKING } from "./survey.ts";

/** Marks an `img` whose alternative text is not the page's own. */
export const MARKER = "data-alt-source";
const MARKER_VALUE = "edge-caption";

/**
 * Fills alternative texts into a page.
 *
 * @param html - with a `Content-Type` that names the page's charset.
 * @param alts - by the ordinal of the `img`, as the survey of the same page counts them.
 * @throws {TypeError} where the rewriter refuses the page.
 */
export async function fillImages(
  html: Response,
  alts: ReadonlyMap<number, string>,
): Promise<ArrayBuffer> {
  let ordinal = 0;
  const rewriter = new HTMLRewriter().on(LACKING, {
    element(image) {
      const alt = alts.get(ordinal++);
      if (alt === undefined) return;
      image.setAttribute("alt", encodeAlt(alt));
      image.setAttribute(MARKER, MARKER_VALUE);
    },
  });
  return rewriter.transform(html).arrayBuffer();
}
