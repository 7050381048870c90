import { describe, expect, test } from "vitest";
import { imageKey } from "../../../site/pages/keys.ts";
import { publishAlt } from "../../../site/pages/records.ts";
import {
  bindings,
  caption,
  SITE,
  servePage,
  settingsWith,
  visit,
} from "../../support/site/visitor.ts";

/** Visits a page often enough to have its captions, and returns its text. */
async function visitAgain(path: string, variables: Record<string, string> = {}): Promise<string> {
  await visit(path, { variables });
  return (await visit(path, { variables })).text();
}

describe("a page with an image without alternative text", () => {
  test("comes as the origin wrote it at first, and with the caption at the next visit", async () => {
    const html = '<!doctype html><p>Text <IMG SRC = "harbour.jpg"  class=wide></p>';
    await servePage("/fill/first", html);
    await caption("/fill/harbour.jpg", 'A "harbour" at dawn <& dusk> – 港');
    expect(await (await visit("/fill/first")).text()).toBe(html);
    expect(await (await visit("/fill/first")).text()).toBe(
      '<!doctype html><p>Text <IMG SRC = "harbour.jpg" class=wide alt="A &#34;harbour&#34; at dawn &#60;&#38; dusk&#62; &#8211; &#28207;" data-alt-source="edge-caption"></p>',
    );
  });

  test("keeps texts of people, decorative images and the texts of links", async () => {
    const html =
      "<img src=a.jpg alt=Mine><img src=a.jpg alt=''><a href=/><img src=a.jpg></a><img src=a.jpg role=none>";
    await servePage("/fill/kept", html);
    await caption("/fill/a.jpg", "A caption.");
    expect(await visitAgain("/fill/kept")).toBe(html);
  });

  test("has the caption wherever it shows the image, in any size", async () => {
    await servePage("/fill/sizes", "<img src='b.jpg?w=1&amp;h=2'><img src=x.jpg><img src=b.jpg>");
    await caption("/fill/b.jpg", "A bridge.");
    const filled = 'alt="A bridge." data-alt-source="edge-caption"';
    expect(await visitAgain("/fill/sizes")).toBe(
      `<img src='b.jpg?w=1&amp;h=2' ${filled}><img src=x.jpg><img src=b.jpg ${filled}>`,
    );
  });

  test("shows an edited caption after one write, and none after it is withdrawn", async () => {
    await servePage("/fill/edited", "<img src=c.jpg>");
    await caption("/fill/c.jpg", "A cat.");
    expect(await visitAgain("/fill/edited")).toContain('alt="A cat."');
    await caption("/fill/c.jpg", "Our cat Mia.");
    expect(await (await visit("/fill/edited")).text()).toContain('alt="Our cat Mia."');
    const { key } = await imageKey(new URL("/fill/c.jpg", SITE), settingsWith());
    await publishAlt(bindings.PAGES, key, undefined);
    expect(await (await visit("/fill/edited")).text()).toBe("<img src=c.jpg>");
  });

  test("has at most MAX_FILLED images filled in, the first ones", async () => {
    await servePage("/fill/many", "<img src=d.jpg><img src=e.jpg><img src=d.jpg>");
    await caption("/fill/d.jpg", "D.");
    await caption("/fill/e.jpg", "E.");
    const text = await visitAgain("/fill/many", { MAX_FILLED: "2" });
    expect(text.match(/alt="[^"]*"|src=\w/g)).toEqual([
      "src=d",
      'alt="D."',
      "src=e",
      'alt="E."',
      "src=d",
    ]);
  });

  test("is one page with all queries but the parameters that the owner keeps", async () => {
    await servePage("/fill/query", "<img src=f.jpg>");
    await caption("/fill/f.jpg", "F.");
    const variables = { PAGE_PARAMETERS: "p" };
    await visit("/fill/query?p=1&utm_source=x", { variables });
    const textOf = async (query: string) =>
      (await visit(`/fill/query${query}`, { variables })).text();
    expect(await textOf("?utm_source=y&p=1")).toContain('alt="F."');
    expect(await textOf("?p=2")).toBe("<img src=f.jpg>");
  });
});

describe("reading and writing KV", () => {
  /** Counts what is done with KV. */
  function counted() {
    const calls: string[] = [];
    const PAGES = new Proxy(bindings.PAGES, {
      get(kv, name: keyof KVNamespace) {
        return (...parameters: unknown[]) => {
          calls.push(name);
          return Reflect.apply(kv[name], kv, parameters);
        };
      },
    });
    return { calls, env: { PAGES } };
  }

  test("takes two reads for a page with 50 images, 30 of them without text", async () => {
    const images = Array.from(
      { length: 50 },
      (_, n) => `<img src=${n}.jpg${n < 20 ? " alt=x" : ""}>`,
    );
    await servePage("/fill/fifty", images.join("\n"));
    await Promise.all(images.map((_, n) => caption(`/fill/${n}.jpg`, `Image ${n}.`)));
    await visit("/fill/fifty");
    const { calls, env } = counted();
    const text = await (await visit("/fill/fifty", { env })).text();
    expect(text.match(/data-alt-source/g)).toHaveLength(30);
    expect(calls).toEqual(["get", "get"]);
  });

  test("writes a page's record again only when an image is new", async () => {
    const variables = { PAGE_PARAMETERS: "" };
    const pages = { "/fill/record?a": "<img src=g.jpg>", "/fill/record?b": "<img src=h.jpg>" };
    const writes: number[] = [];
    for (const path of ["?a", "?a", "?b", "?a", "?b"].map((query) => `/fill/record${query}`)) {
      await servePage("/fill/record", pages[path as keyof typeof pages]);
      const { calls, env } = counted();
      await visit(path, { env, variables });
      writes.push(calls.filter((name) => name === "put").length);
    }
    expect(writes).toEqual([1, 0, 1, 0, 0]);
  });
});
