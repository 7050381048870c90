import { type DefaultTreeAdapterTypes, parse } from "parse5";
import { describe, expect, inject, test } from "vitest";
import { caption, SITE, visit } from "../../support/site/visitor.ts";

type Node = DefaultTreeAdapterTypes.Node;
type ElementNode = DefaultTreeAdapterTypes.Element;

const isElement = (node: Node): node is ElementNode => "tagName" in node;

const attributesOf = (element: ElementNode) =>
  new Map(element.attrs.map(({ name, value }) => [name, value]));

function childrenOf(node: Node): Node[] {
  const content = "content" in node ? [node.content] : [];
  return [...content, ...("childNodes" in node ? node.childNodes : [])];
}

/** Returns a node and all below it, in the order of the page. */
function allBelow(node: Node): Node[] {
  return [node, ...childrenOf(node).flatMap(allBelow)];
}

function ancestorsOf(element: ElementNode): ElementNode[] {
  const parent = element.parentNode;
  return parent && isElement(parent) ? [parent, ...ancestorsOf(parent)] : [];
}

/** Writes a tree as text, `img` without what the Worker may add. */
function written(node: Node, ignored: readonly string[]): string {
  const below = childrenOf(node).map((child) => written(child, ignored));
  if (!isElement(node)) return `${node.nodeName} ${"value" in node ? node.value : ""}${below}`;
  const attributes = [...attributesOf(node)].filter(
    ([name]) => node.tagName !== "img" || !ignored.includes(name),
  );
  return `<${node.namespaceURI} ${node.tagName} ${JSON.stringify(attributes)}>${below}</>\n`;
}

/** Tells whether an image may be filled in, as the parser's tree has it. */
function mayBeFilled(image: ElementNode): boolean {
  const attributes = attributesOf(image);
  const above = ancestorsOf(image);
  if (attributes.has("alt") || attributes.get("role") === "presentation") return false;
  if ([image, ...above].some((one) => attributesOf(one).get("aria-hidden") === "true"))
    return false;
  if (attributes.get("width") === "1") return false;
  if (!isElement(topOf(image))) return false;
  const named = above.find(({ tagName }) => tagName === "a" || tagName === "button");
  return named === undefined || nameOf(named) !== "";
}

/** Returns the top of the tree that a node is in: `html`, unless it is in a template. */
function topOf(node: ElementNode): Node {
  return ancestorsOf(node).at(-1) ?? node.parentNode ?? node;
}

function nameOf(element: ElementNode): string {
  const parts = allBelow(element).map((node) => {
    if (isElement(node)) return attributesOf(node).get("alt") ?? "";
    return node.nodeName === "#text" && "value" in node ? node.value : "";
  });
  return parts.join("").trim();
}

/** Returns the URL of an image of the site; these pages have no `<base>`. */
function urlOf(image: ElementNode, page: string): string | undefined {
  const attributes = attributesOf(image);
  const source = attributes.get("src") ?? attributes.get("srcset")?.split(" ").at(-2);
  const url = URL.parse(source ?? "data:,", page);
  if (url?.hostname !== new URL(SITE).hostname) return undefined;
  url.searchParams.delete("w");
  return url.href;
}

const imagesOf = (html: string) =>
  allBelow(parse(html)).filter(
    (node) => isElement(node) && node.tagName === "img",
  ) as ElementNode[];

const captionOf = (url: string) => `"${url}" – & <b>`;

describe("a page of a real generator is filled in where, and only where, text is missing", () => {
  test.each(inject("generatedPages"))("%s", async (path) => {
    const page = `${SITE}/${path}`;
    const html = await (await visit(`/${path}`)).text();
    const urls = imagesOf(html).flatMap((image) => urlOf(image, page) ?? []);
    await Promise.all(urls.map((url) => caption(url, captionOf(url))));
    const filled = await (await visit(`/${path}`)).text();
    expect(written(parse(filled), ["alt", "data-alt-source"])).toBe(
      written(parse(html), ["alt", "data-alt-source"]),
    );
    const expected = imagesOf(html).map((image) => {
      const url = urlOf(image, page);
      const alt = attributesOf(image).get("alt");
      return mayBeFilled(image) && url ? [captionOf(url), "edge-caption"] : [alt, undefined];
    });
    const found = imagesOf(filled).map((image) => {
      const attributes = attributesOf(image);
      return [attributes.get("alt"), attributes.get("data-alt-source")];
    });
    expect(found).toEqual(expected);
  });
});
