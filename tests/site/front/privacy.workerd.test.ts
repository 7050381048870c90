import { describe, expect, test } from "vitest";
import { pageKey } from "../../../site/pages/keys.ts";
import { readPage } from "../../../site/pages/records.ts";
import {
  bindings,
  caption,
  SITE,
  servePage,
  settingsWith,
  takeMessages,
  visit,
} from "../../support/site/visitor.ts";

const HTML = "text/html; charset=utf-8";

/** What is stored after a visit: paths of images in D1 and of pages, and whether KV has the page. */
async function storedOf(path: string) {
  const { key } = await pageKey(new URL(path, SITE), settingsWith());
  const images = await bindings.DB.prepare(
    "SELECT url FROM images WHERE substr(url, 1, ?) = ? ORDER BY url",
  )
    .bind(`${SITE}${path}`.length, `${SITE}${path}`)
    .all<{ url: string }>();
  const pages = await bindings.DB.prepare("SELECT url FROM pages WHERE key = ?")
    .bind(key)
    .all<{ url: string }>();
  const inKv = (await readPage(bindings.PAGES, key)) !== undefined;
  const pathOf = ({ url }: { url: string }) => url.slice(SITE.length);
  return { images: images.results.map(pathOf), pages: pages.results.map(pathOf), inKv };
}

const nothing = { images: [], pages: [], inKv: false };

describe("a visit", () => {
  test("queues the images that lack text, and stores the page without its query", async () => {
    takeMessages();
    const html = `<img src=/new/1.jpg?w=300><img src=/new/2.jpg alt=text><a href=/><img src=/new/3.jpg></a>
      <input type=image src=/new/4.jpg><img src=https://elsewhere.example/5.jpg>`;
    await servePage("/new", html);
    await visit("/new?session=secret#part");
    expect(await storedOf("/new")).toEqual({
      images: ["/new/1.jpg?w=300", "/new/3.jpg", "/new/4.jpg"],
      pages: ["/new"],
      inKv: true,
    });
    expect(takeMessages()).toHaveLength(3);
  });

  test("queues nothing again at the next visit or on another page", async () => {
    await servePage("/again", "<img src=/again/1.jpg>");
    await servePage("/again-too", "<img src=/again/1.jpg>");
    await visit("/again");
    takeMessages();
    await visit("/again");
    await visit("/again-too");
    expect(takeMessages()).toEqual([]);
    expect((await storedOf("/again-too")).pages).toEqual(["/again-too"]);
  });
});

describe("a page for one visitor alone stores and queues nothing", () => {
  test.each([
    ["asked for with Authorization", { headers: { Authorization: "Basic eDp5" } }, []],
    ["asked for with a private cookie", { headers: { Cookie: "a=b; session=1" } }, []],
    [
      "asked for with a cookie of a private kind",
      { headers: { Cookie: "wordpress_logged_in_1=x" } },
      [],
    ],
    ["that is private", {}, [["Cache-Control", "max-age=5, Private"]]],
    ["with a private header", {}, [["Cache-Control", 'private="x-user"']]],
    ["that is not to be stored", {}, [["Cache-Control", "no-store"]]],
    ["that sets a cookie", {}, [["Set-Cookie", "id=1"]]],
  ] as const)("%s", async (name, options, headers) => {
    const path = `/private/${name.replaceAll(" ", "-")}`;
    takeMessages();
    await servePage(path, `<img src=${path}.jpg>`, {
      headers: [["Content-Type", HTML], ...headers],
    });
    const variables = { PRIVATE_COOKIES: "session, wordpress_logged_in_*" };
    await visit(path, { ...options, variables });
    expect(await storedOf(path)).toEqual(nothing);
    expect(takeMessages()).toEqual([]);
  });

  test("but is filled in with the texts from public visits", async () => {
    await servePage("/private/known", "<img src=/private/known.jpg>");
    await caption("/private/known.jpg", "A caption.");
    await visit("/private/known");
    const response = await visit("/private/known", { headers: { Authorization: "Basic eDp5" } });
    expect(await response.text()).toContain('alt="A caption."');
  });

  test("while other cookies change nothing", async () => {
    await servePage("/private/public", "<img src=/private/public.jpg>");
    const variables = { PRIVATE_COOKIES: "session" };
    await visit("/private/public", { headers: { Cookie: "sessions=1; theme=session" }, variables });
    expect((await storedOf("/private/public")).inKv).toBe(true);
  });
});

describe("new images of visits are limited", () => {
  const page = (path: string) =>
    `<img src=${path}/1.jpg><img src=${path}/2.jpg><img src=${path}/3.jpg>`;

  test("for a page; the rest comes with later visits", async () => {
    await servePage("/limited/page", page("/limited/page"));
    const counts: number[] = [];
    for (const _ of [1, 2, 3]) {
      await visit("/limited/page", { variables: { NEW_PER_PAGE: "2" } });
      counts.push((await storedOf("/limited/page")).images.length);
    }
    expect(counts).toEqual([2, 3, 3]);
  });

  test.each(["NEW_PER_HOUR", "NEW_PER_DAY"])("by %s", async (limit) => {
    await bindings.DB.exec("DELETE FROM counters");
    const one = `/limited/${limit}-1`;
    const other = `/limited/${limit}-2`;
    for (const path of [one, other]) {
      await servePage(path, page(path));
      await visit(path, { variables: { [limit]: "4" } });
    }
    expect((await storedOf(one)).images).toHaveLength(3);
    expect((await storedOf(other)).images).toHaveLength(1);
  });

  test("to none, which stores no page either", async () => {
    await servePage("/limited/none", page("/limited/none"));
    await visit("/limited/none", { variables: { NEW_PER_PAGE: "0" } });
    expect((await storedOf("/limited/none")).inKv).toBe(false);
  });
});
