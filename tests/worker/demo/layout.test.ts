import { AxeBuilder } from "@axe-core/playwright";
import { describe, expect } from "vitest";
import { expectCat, pageTest, word } from "./cat-page.ts";

const desktop = { width: 1280, height: 900 };

pageTest(
  "on a wide screen, all words about an image stand beside it",
  async ({ page }) => {
    await page.getByRole("button", { name: "Example: a cat" }).click();
    await expectCat(page);
    const image = await page.locator("#shown").boundingBox();
    const words = await page.locator("#words-title").boundingBox();
    if (!image || !words) throw new Error("one of the two is not shown");
    expect(words.x).toBeGreaterThan(image.x + image.width);
    expect(words.y).toBeLessThan(image.y + image.height / 2);
  },
  { viewport: desktop },
);

const phone = { width: 390, height: 844 };

describe.each([
  ["desktop", "light", desktop],
  ["desktop", "dark", desktop],
  ["phone", "light", phone],
  ["phone", "dark", phone],
] as const)("on a %s, %s", (_, colorScheme, viewport) => {
  pageTest(
    "the page passes axe, and nothing is cut off",
    async ({ page, complaints }) => {
      const check = async (state: string) => {
        const { violations } = await new AxeBuilder({ page }).analyze();
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`);
        expect(found, state).toEqual([]);
        // 320 pixels is a window of 1280 pixels at 400 % zoom (WCAG 1.4.10).
        for (const width of [viewport.width, 320]) {
          await page.setViewportSize({ ...viewport, width });
          const needed = await page.evaluate(() => document.documentElement.scrollWidth);
          expect(needed, state).toBeLessThanOrEqual(width);
        }
        await page.setViewportSize(viewport);
      };
      await check("at first");
      await page.getByRole("button", { name: "Example: a cat" }).click();
      await expectCat(page);
      await word(page, 1).hover();
      await check("with an answer");
      await page.getByLabel("URL of an image").fill(`https://127.0.0.1/${"a".repeat(300)}`);
      await page.keyboard.press("Enter");
      await page.locator("#status.error").waitFor();
      await check("with an error");
      complaints.length = 0;
    },
    { colorScheme, viewport },
  );
});
