import { describe, expect, test } from "vitest";
import { findImages } from "../../../site/pages/find-images.ts";
import { SITE, settingsWith } from "../../support/site/visitor.ts";

/** Lists what a page lacks, as "place path", or as "place URL" for other hosts. */
async function lacking(
  html: string | Uint8Array,
  variables: Record<string, string> = {},
  contentType = "text/html; charset=utf-8",
): Promise<string[]> {
  const page = new Response(html, { headers: { "Content-Type": contentType } });
  const images = await findImages(page, new URL("/dir/page?q", SITE), settingsWith(variables));
  return images.map(({ place, url }) => `${place} ${url.replace(`${SITE}/`, "/")}`);
}

describe("an image lacks alternative text", () => {
  test.each([
    ["without the attribute", "<img src=a.jpg>", ["img /dir/a.jpg"]],
    ["with an empty one, which says that it is decorative", "<img src=a.jpg alt=''>", []],
    ["with one without a value, too", "<img src=a.jpg alt>", []],
    ["with a text of its author", "<img src=a.jpg alt=text>", []],
    ["once, however often a page shows it", "<img src=a.jpg><IMG SRC=./a.jpg>", ["img /dir/a.jpg"]],
  ])("%s", async (_, html, expected) => {
    expect(await lacking(html)).toEqual(expected);
  });
});

describe("an image is skipped", () => {
  test.each([
    ["with the role presentation", "<img src=a.jpg role=presentation>"],
    ["with the role none", "<img src=a.jpg role=' NONE '>"],
    ["hidden from assistive technology", "<img src=a.jpg aria-hidden=true>"],
    ["in something hidden", "<p aria-hidden='TRUE'><span><img src=a.jpg></span></p>"],
    ["named by aria-label", "<img src=a.jpg aria-label=name>"],
    ["named by aria-labelledby", "<img src=a.jpg aria-labelledby=id>"],
    ["inline", "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='><img src=blob:x>"],
    ["of one pixel", "<img src=a.gif width=1 height=1px><img src=b.gif width=0 height=0>"],
    ["without a URL", "<img><img src><img src=''>"],
    ["in a template of a script", "<template><img src=a.jpg></template><img src=/{{ image }}.jpg>"],
    ["in noscript, which is raw text", "<noscript><img src=a.jpg></noscript>"],
    ["of another host", "<img src=//cdn.example/a.jpg><img src=https://site.example.net/a.jpg>"],
    ["with credentials in its URL", "<img src=https://user:secret@site.example/a.jpg>"],
    ["of another scheme", "<img src=ftp://site.example/a.jpg><img src=javascript:x>"],
    ["with an endless URL", `<img src=/${"a".repeat(2048)}>`],
  ])("%s", async (_, html) => {
    expect(await lacking(html)).toEqual([]);
  });

  test("that the owner's selector matches", async () => {
    const html = "<img class=avatar src=a.jpg><aside><p><img src=b.jpg></aside><img src=c.jpg>";
    const variables = { SKIP_SELECTOR: "img.avatar, aside img" };
    expect(await lacking(html, variables)).toEqual(["img /dir/c.jpg"]);
  });

  test("but not in a shadow root, which is shown", async () => {
    const html = "<template shadowrootmode=open><img src=a.jpg></template>";
    expect(await lacking(html)).toEqual(["img /dir/a.jpg"]);
  });
});

describe("an image whose text is an action or a target is listed by itself", () => {
  test.each([
    ["a button", '<input type=image src=a.jpg><input type="IMAGE" src=b.jpg alt=Go>', "input"],
    ["alone in a link", "<a href=/x>\n <b><img src=a.jpg></b>&nbsp;</a>", "link"],
    ["alone in a button", "<button><img src=a.jpg></button>", "link"],
    [
      "in a link with raw text only",
      "<a href=/><img src=a.jpg><noscript><b>x</b></noscript></a>",
      "link",
    ],
    ["in a link that is not closed", "<a href=/x><img src=a.jpg><a href=/y>text</a>", "link"],
    ["alone in a link up to the page's end", "<a href=/x><img src=a.jpg>", "link"],
    [
      "in a link with a decorative image",
      "<a href=/x><img src=b.jpg alt=''><img src=a.jpg></a>",
      "link",
    ],
    ["in a link with text", "<a href=/x><img src=a.jpg> text</a>", "img"],
    ["in a link with text before it", "<a href=/x><i>text</i><img src=a.jpg></a>", "img"],
    [
      "in a link with a named image",
      "<a href=/x><img src=b.jpg alt=name><img src=a.jpg></a>",
      "img",
    ],
    ["in an anchor that is no link", "<a name=x><img src=a.jpg></a>", "img"],
  ])("%s", async (_, html, place) => {
    expect(await lacking(html)).toEqual([`${place} /dir/a.jpg`]);
  });

  test("areas of an image map, with the image that has the map", async () => {
    const html = `<img src=a.jpg alt=Map usemap="#m">
      <map name=m><area href=/x><area href=/y><area href=/z alt=named><area nohref></map>
      <map name=unused><area href=/x></map>`;
    expect(await lacking(html)).toEqual(["area /dir/a.jpg"]);
  });
});

describe("the URL of an image", () => {
  test.each([
    [
      "relative to <base>",
      "<img src=a.jpg><base href=/other/><base href=/third/>",
      ["/other/a.jpg"],
    ],
    [
      "with character references",
      "<img src='a.jpg?x=1&amp;y=&#50;&copy=3&lt'>",
      ["/dir/a.jpg?x=1&y=2&copy=3%3C"],
    ],
    ["with spaces and line ends around it", "<img src='\n a b.jpg\t'>", ["/dir/a%20b.jpg"]],
    ["without a fragment", "<img src=a.svg#x><img src=a.svg#y>", ["/dir/a.svg"]],
    ["protocol-relative", "<img src=//site.example/a.jpg>", ["/a.jpg"]],
    [
      "with parameters that resize, once",
      "<img src='a.jpg?url=x&amp;w=1'><img src='a.jpg?url=x&w=2'><img src='a.jpg?url=y&w=2'>",
      ["/dir/a.jpg?url=x&w=1", "/dir/a.jpg?url=y&w=2"],
    ],
    [
      "with parameters as they are written",
      "<img src='a.jpg?sig=%2f+x&w=1&=&b'>",
      ["/dir/a.jpg?sig=%2f+x&w=1&=&b"],
    ],
    [
      "of srcset alone, wide enough",
      "<img srcset='a,1.jpg 200w, b,2.jpg 400w,c.jpg 900w'>",
      ["/dir/b,2.jpg"],
    ],
    ["of srcset, by density", "<img srcset='a.jpg, b.jpg 2x'>", ["/dir/a.jpg"]],
    ["of src before srcset", "<img srcset='a.jpg 900w' src=b.jpg>", ["/dir/b.jpg"]],
    ["of srcset when src is a placeholder", "<img src='data:,' srcset='a.jpg 2x'>", ["/dir/a.jpg"]],
    [
      "of a picture's img",
      "<picture><source srcset=a.webp><img src=b.jpg></picture>",
      ["/dir/b.jpg"],
    ],
    [
      "of a picture's source if img has none",
      "<picture><source srcset='a.webp 1x'><source srcset=c.jpg><img></picture><img>",
      ["/dir/a.webp"],
    ],
    [
      "that is loaded later",
      "<img src=blur.jpg data-src=a.jpg><img data-srcset='b.jpg 1x, c.jpg 2x'>",
      ["/dir/a.jpg", "/dir/b.jpg"],
    ],
  ])("%s", async (_, html, paths) => {
    expect(await lacking(html)).toEqual(paths.map((path) => `img ${path}`));
  });

  test("counts if its host is one of the owner's", async () => {
    const html = "<img src=//a.cdn.example/1.jpg><img src=//cdn.example/2.jpg><img src=3.jpg>";
    const listed = await lacking(html, { IMAGE_HOSTS: "*.cdn.example, site.example" });
    expect(listed).toEqual(["img https://a.cdn.example/1.jpg", "img /dir/3.jpg"]);
  });

  test.each([
    ["the header", "text/html; charset=windows-1251", ""],
    ["a meta element", "text/html", "<!-- charset=koi8-r --><meta charset=windows-1251>"],
    [
      "an old meta element",
      "text/html",
      "<meta http-equiv=x content='text/html; charset=windows-1251'>",
    ],
  ])("is read in the charset of %s", async (_, contentType, meta) => {
    const encoded = [0xcf, 0xf0];
    const html = new Uint8Array([
      ...new TextEncoder().encode(`${meta}<img src=`),
      ...encoded,
      ...new TextEncoder().encode(".jpg><img src=a.jpg?q="),
      ...encoded,
      ...new TextEncoder().encode(">"),
    ]);
    // A browser writes the query of the second in windows-1251.
    expect(await lacking(html, {}, contentType)).toEqual([`img /dir/${encodeURI("Пр")}.jpg`]);
    expect(await lacking(html, {}, "text/html; charset=utf-8")).toEqual([]);
  });
});
