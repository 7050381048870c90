/** How much of a page may declare its encoding, in bytes (HTML, "prescan a byte stream"). */
const PRESCAN_BYTES = 1024;

/**
 * Returns the label of a page's encoding as a browser finds it: byte order mark, `Content-Type`,
 * `<meta>`; `utf-8` without any of them.
 *
 * `HTMLRewriter` reads `Content-Type` alone, so other declarations must be passed to it there.
 */
export function charsetOf(html: Uint8Array, contentType: string): string {
  return (
    markedCharset(html) ??
    /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType)?.[1]?.toLowerCase() ??
    declaredCharset(html) ??
    "utf-8"
  );
}

function markedCharset([first, second, third]: Uint8Array): string | undefined {
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return undefined;
}

function declaredCharset(html: Uint8Array): string | undefined {
  const start = new TextDecoder("windows-1252").decode(html.subarray(0, PRESCAN_BYTES));
  const markup = start.replace(/<!--[\s\S]*?(-->|$)/g, "");
  const label = /<meta\s[^>]*?charset\s*=\s*["']?\s*([^\s"'/>;]+)/i.exec(markup)?.[1];
  // A page that can be read this far is not UTF-16, whatever it says, and browsers know that.
  return label && /^utf-?16/i.test(label) ? "utf-8" : label?.toLowerCase();
}
