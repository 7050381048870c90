import { describe, expect, test } from "vitest";
import { dataUrl, html, page, raw } from "../../../node/html/page.ts";

describe("a page", () => {
  test("shows text unchanged, even if it contains markup", async () => {
    const caption = `<script>alert("a & b")</script>`;
    const text = await page({ title: caption, lead: caption, body: html`<p>${caption}</p>` });
    expect(text).not.toContain("<script>");
    expect(text.match(/&lt;script&gt;alert\(&quot;a &amp; b&quot;\)/g)).toHaveLength(4);
  });

  test("nests markup and lists of it", async () => {
    const rows = ["a", "b"].map((name) => html`<li>${name}</li>`);
    const text = await page({ title: "t", body: html`<ul>${rows}</ul>${raw("<hr>")}` });
    expect(text).toContain("<ul><li>a</li><li>b</li></ul><hr>");
  });

  test("forbids itself to load anything", async () => {
    const text = await page({ title: "t", body: html`` });
    expect(text).toContain("default-src &#39;none&#39;");
    expect(text).not.toMatch(/https?:/);
  });

  test("ends its script where the script ends", async () => {
    const text = await page({ title: "t", body: html``, script: `const end = "</script>";` });
    expect(text.match(/<\/script>/g)).toHaveLength(1);
    expect(text).toContain(`const end = "<\\/script>";`);
  });

  test("contains its images", () => {
    expect(dataUrl("image/png", Uint8Array.of(1, 2, 3))).toBe("data:image/png;base64,AQID");
  });
});
