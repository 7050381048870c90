/**
 * Lists the links of a page to pages of the same host, each once, without fragments. Links that carry
 * `rel="nofollow"` are left out, as they may act.
 *
 * @throws {TypeError} where the rewriter refuses the page.
 */
export async function findLinks(html: Response, pageUrl: URL): Promise<string[]> {
  let base = pageUrl;
  const links = new Set<string>();
  const rewriter = new HTMLRewriter()
    .on("base[href]", {
      element(element) {
        base = URL.parse(decode(element.getAttribute("href")), pageUrl) ?? base;
      },
    })
    .on("a[href], area[href]", {
      element(element) {
        if (/\bnofollow\b/i.test(element.getAttribute("rel") ?? "")) return;
        const url = URL.parse(decode(element.getAttribute("href")), base);
        if (url?.host !== pageUrl.host || !/^https?:$/.test(url.protocol)) return;
        url.hash = "";
        links.add(url.href);
      },
    });
  await rewriter.transform(html).body?.pipeTo(new WritableStream());
  return [...links];
}

/** Decodes the only character reference that URLs are commonly written with. */
function decode(attribute: string | null): string {
  return (attribute ?? "").replace(/&(amp|#38|#x26);/gi, "&");
}
