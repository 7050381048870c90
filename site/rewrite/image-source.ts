import { decodeHTMLAttribute } from "entities/decode";
import { chooseFromSrcset } from "./srcset.ts";

/** Attributes that scripts load the real image from; `src` then has a placeholder. */
const LAZY_URLS = ["data-src", "data-lazy-src", "data-original"] as const;
const LAZY_SRCSETS = ["data-srcset", "data-lazy-srcset"] as const;

/**
 * Returns the URL of the image that an `img` or `source` shows, as the page writes it: the one that
 * a script loads later, else that of `src`, else one of `srcset`.
 *
 * @returns undefined if there is none, or only `data:` and `blob:` ones.
 */
export function imageSource(element: Element): string | undefined {
  for (const name of LAZY_URLS) {
    const lazy = usableUrl(readAttribute(element, name));
    if (lazy !== undefined) return lazy;
  }
  for (const name of LAZY_SRCSETS) {
    const lazy = fromSrcset(element, name);
    if (lazy !== undefined) return lazy;
  }
  return usableUrl(readAttribute(element, "src")) ?? fromSrcset(element, "srcset");
}

/** Returns an attribute's value with its character references decoded, which the rewriter leaves. */
export function readAttribute(element: Element, name: string): string | undefined {
  const value = element.getAttribute(name);
  if (value === null) return undefined;
  return value.includes("&") ? decodeHTMLAttribute(value) : value;
}

function fromSrcset(element: Element, name: string): string | undefined {
  const srcset = readAttribute(element, name);
  return srcset === undefined ? undefined : usableUrl(chooseFromSrcset(srcset));
}

/**
 * Leaves out URLs that stand for no image of a site: empty, inline, a template's (`photo_{width}.jpg`),
 * or with bytes that are not of the page's charset.
 */
function usableUrl(url: string | undefined): string | undefined {
  const text = url?.trim();
  return !text || /^(?:data|blob|about|javascript):|[{}\0\uFFFD]/i.test(text) ? undefined : text;
}
