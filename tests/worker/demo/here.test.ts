import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { describe, expect, vi } from "vitest";
import type { Visit } from "../../support/browser.ts";
import { cat, expectCat, pageTest, serviceUrl, word } from "./cat-page.ts";

// The page downloads and loads the whole model.
vi.setConfig({ testTimeout: 600_000 });

const choice = (page: Page) => page.getByLabel("Caption in this browser; nothing is sent");

/** Ticks the box, and waits until the page could go offline. */
async function choose(page: Page): Promise<void> {
  await choice(page).check();
  await page.getByText("works without a network now").waitFor({ timeout: 300_000 });
}

/** Records what leaves the page for the service to caption. */
function recordRequests(page: Page): string[] {
  const sent: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (request.method() !== "GET" || pathname.startsWith("/caption")) sent.push(pathname);
  });
  return sent;
}

describe("an image is captioned in the browser", () => {
  pageTest("with the service's answer, and nothing is sent", async ({ page, elsewhere }) => {
    const sent = recordRequests(page);
    await page.getByText(/^Downloads \d\d MB once/).waitFor();
    await choose(page);
    await page.getByLabel("Your own images").setInputFiles(cat);
    await expectCat(page);
    expect(await page.locator("#others-list li").count()).toBe(2);
    expect(await word(page, 1).isVisible()).toBe(true);
    expect([sent, elsewhere]).toEqual([[], []]);
  });

  pageTest("also without a network, after the first time", async ({ page }) => {
    await choose(page);
    await page.context().setOffline(true);
    await page.reload();
    expect(await choice(page).isChecked()).toBe(true);
    await page.getByRole("button", { name: "Example: a cat" }).click();
    await expectCat(page);
    expect(await page.getByLabel("Style of the caption").isVisible()).toBe(true);
  });

  pageTest("and a broken one is refused with a sentence", async ({ page }) => {
    await choose(page);
    const file = { name: "a.jpg", mimeType: "image/jpeg", buffer: Buffer.from("hello") };
    await page.getByLabel("Your own images").setInputFiles(file);
    const status = page.locator("#status.error");
    await status.waitFor();
    expect(await status.textContent()).toMatch(/JPEG.*\.$/);
  });
});

describe("the choice", () => {
  pageTest("takes the field for URLs away, and gives it back", async ({ page }) => {
    const url = page.getByLabel("URL of an image");
    await choice(page).check();
    expect(await url.isVisible()).toBe(false);
    await choice(page).uncheck();
    expect(await url.isVisible()).toBe(true);
    await page.getByRole("button", { name: "Example: a cat" }).click();
    await expectCat(page);
  });

  pageTest("of an earlier visit holds, although the index cannot be read", async (visit: Visit) => {
    const { page, complaints } = visit;
    await choice(page).check();
    await page.route("**/model/", (route) => route.fulfill({ status: 503, json: {} }));
    await page.reload();
    const sent = recordRequests(page);
    await page.getByLabel("Your own images").setInputFiles(cat);
    await page.locator("#status.error").waitFor();
    expect(sent).toEqual([]);
    expect(await choice(page).isChecked()).toBe(true);
    expect(await page.getByText("The model cannot be downloaded.").isVisible()).toBe(true);
    for (const text of complaints.splice(0)) expect(text).toContain("status of 503");
  });

  pageTest("is not offered by a service that keeps its model", async (visit: Visit) => {
    const { page, complaints } = visit;
    await page.route("**/model/", (route) => route.fulfill({ status: 404, json: {} }));
    await page.goto(serviceUrl());
    await page.getByLabel("Style of the caption").waitFor();
    expect(await choice(page).isVisible()).toBe(false);
    expect(complaints.splice(0)).toEqual([expect.stringContaining("status of 404")]);
  });

  pageTest(
    "passes axe while it downloads and when it is done, on a phone in the dark",
    async ({ page }) => {
      const violations = async () => {
        const found = await new AxeBuilder({ page }).analyze();
        return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`);
      };
      const hold = Promise.withResolvers<void>();
      await page.route("**/model/runtime.*", async (route) => {
        await hold.promise;
        await route.continue();
      });
      await choice(page).check();
      await page.getByText(/^Downloaded \d+ of \d+ MB/).waitFor();
      expect(await violations()).toEqual([]);
      hold.resolve();
      await page.getByText("works without a network now").waitFor({ timeout: 300_000 });
      expect(await violations()).toEqual([]);
      const needed = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(needed).toBeLessThanOrEqual(390);
    },
    { colorScheme: "dark", viewport: { width: 390, height: 844 } },
  );
});
