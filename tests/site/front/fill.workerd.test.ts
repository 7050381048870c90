import { describe, expect, test } from "vitest";
import { caption, servePage, visit } from "../../support/site/visitor.ts";

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
});
