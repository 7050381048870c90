import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, vi } from "vitest";
import { browserFilesName, browserFolder } from "../../../core/api/browser-index.ts";
import { browserIsMissing, browserTest } from "../../support/browser.ts";
import { LOG_PROBABILITY_CONFIDENCE } from "../../support/confidence-model.ts";
import { type Service, startService } from "../../support/service.ts";
import { sharedFolder } from "../../support/temporary-folder.ts";
import { writeToyBundle } from "../../support/toy-bundle.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const folder = sharedFolder();
let service: Service;

beforeAll(async () => {
  if (browserIsMissing) return;
  // In the second style everything is blue.
  const styles = ["plain", "moody"];
  await writeToyBundle(folder, { styles, confidence: LOG_PROBABILITY_CONFIDENCE });
  await mkdir(join(folder, browserFolder));
  await writeFile(join(folder, browserFilesName), "[]");
  service = await startService({ bundle: folder });
});

afterAll(() => service?.stop());

/** Two shades side by side: an image of one colour is refused as blank. */
async function wall(left: string, right: string) {
  const size = { width: 60, height: 40, channels: 3 } as const;
  const half = await sharp({ create: { ...size, width: 30, background: right } })
    .png()
    .toBuffer();
  const image = sharp({ create: { ...size, background: left } });
  const buffer = await image
    .composite([{ input: half, left: 30, top: 0 }])
    .png()
    .toBuffer();
  return { name: "wall.png", mimeType: "image/png", buffer };
}

browserTest(
  "a caption's confidence is shown, and when it is too low for alt text",
  () => service.url,
  async ({ page }) => {
    const confidence = page.locator("#confidence");
    await page.getByLabel("Or your own image").setInputFiles(await wall("#f00", "#e00000"));
    await page.getByText("Confidence: 50 %").waitFor();
    expect(await confidence.textContent()).not.toContain("alt text");
    await page.getByLabel("Or your own image").setInputFiles(await wall("#808080", "#606060"));
    await page.getByText("Confidence: 37 %").waitFor();
    expect(await confidence.textContent()).toContain(
      "Below 45 %, better leave the alt text empty.",
    );
  },
);

browserTest(
  "the styles of a model can be chosen, and the command names the chosen one",
  () => service.url,
  async ({ page }) => {
    const style = page.getByLabel("Style of the caption");
    await style.waitFor();
    expect(await style.locator("option").allTextContents()).toEqual(["plain", "moody"]);
    await page.getByLabel("Or your own image").setInputFiles(await wall("#f00", "#e00000"));
    await page.locator("#caption", { hasText: "Red." }).waitFor();
    expect(await page.locator("#command").textContent()).not.toContain("style");
    await style.selectOption("moody");
    await page.locator("#caption", { hasText: "Blue." }).waitFor();
    expect(await page.locator("#command").textContent()).toContain("style=moody");
  },
);
