import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { cat, catAnswer, expectCat, pageTest, word } from "./cat-page.ts";

/** Returns how dark each region is, from 0 to 255; undefined while nothing is darkened. */
function darkness(page: Page): Promise<number[] | undefined> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>("#attention");
    if (!canvas?.checkVisibility()) return undefined;
    const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height);
    return Array.from(pixels?.data ?? []).filter((_, index) => index % 4 === 3);
  });
}

/** Returns how dark each region should be while a word is pointed at. */
function expectedDarkness(word: number): number[] {
  const map = catAnswer().attention?.maps[word] ?? [];
  const most = Math.max(...map);
  return map.map((weight) => Math.round(205 * (1 - weight / most)));
}

describe("where the model looked", () => {
  pageTest("is shown while a word is pointed at", async ({ page }) => {
    await page.getByLabel("Or your own images").setInputFiles(cat);
    await expectCat(page);
    expect(await darkness(page)).toBeUndefined();
    await word(page, 1).hover();
    expect(await darkness(page)).toEqual(expectedDarkness(1));
    await word(page, 2).hover();
    expect(await darkness(page)).toEqual(expectedDarkness(2));
    await page.getByRole("heading", { name: "Edge Caption" }).hover();
    expect(await darkness(page)).toBeUndefined();
    const [image, light] = [page.locator("#shown"), page.locator("#attention")];
    await word(page, 1).hover();
    const [bright, dark] = [await image.boundingBox(), await light.boundingBox()];
    for (const side of ["x", "y", "width", "height"] as const) {
      expect(dark?.[side], side).toBeCloseTo(bright?.[side] ?? 0, 0);
    }
  });

  pageTest(
    "stays after a tap",
    async ({ page }) => {
      await page.getByRole("button", { name: "Example: a cat" }).tap();
      await expectCat(page);
      await word(page, 1).tap();
      expect(await darkness(page)).toEqual(expectedDarkness(1));
    },
    { hasTouch: true, viewport: { width: 390, height: 844 } },
  );
});

pageTest("the page works by keyboard", async ({ page }) => {
  const focused = () => page.evaluate(() => document.activeElement?.id ?? "");
  await page.getByLabel("Style of the caption").waitFor();
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("url");
  // The button, the file, the style, the flowers, the cat.
  for (let steps = 0; steps < 5; steps++) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expectCat(page);
  expect(await focused()).toBe("caption");
  await page.keyboard.press("Tab");
  expect(await darkness(page)).toEqual(expectedDarkness(0));
  await page.keyboard.press("Tab");
  expect(await darkness(page)).toEqual(expectedDarkness(1));
  for (let steps = 0; steps < 2; steps++) await page.keyboard.press("Shift+Tab");
  expect(await darkness(page)).toBeUndefined();
});

pageTest("a screen reader gets the same information", async ({ page }) => {
  await page.getByLabel("Or your own images").setInputFiles(cat);
  await expectCat(page);
  const tree = await page.getByRole("region", { name: "The caption" }).ariaSnapshot();
  expect(tree).toContain(catAnswer().caption);
  expect(tree).toContain('img "What the caption describes"');
  const [, second = ""] = catAnswer().tokens;
  const percent = Math.round(100 * Math.exp(catAnswer().tokenLogProbabilities[1] ?? 0));
  expect(tree).toMatch(
    new RegExp(
      `button "${second} ${percent} % looked most at the (?:top|middle|bottom|left|right)`,
    ),
  );
  expect(tree.match(/looked most at the/g)).toHaveLength(catAnswer().tokens.length);
  for (const { caption } of catAnswer().alternatives?.slice(1) ?? [])
    expect(tree).toContain(caption);
});
