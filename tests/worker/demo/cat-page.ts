import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { BrowserContextOptions, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, vi } from "vitest";
import { examplesFolder } from "../../../bench/images.ts";
import { type HostileOrigin, startHostileOrigin } from "../../../bench/soak/hostile-origin.ts";
import type { CaptionAnswer } from "../../../core/api/caption-answer.ts";
import { browserIsMissing, browserTest, type Visit } from "../../support/browser.ts";
import { type Service, startService } from "../../support/service.ts";

// A busy machine may take a minute for the first caption, which loads the model.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

/** The file of the photograph that the tests caption. */
export const cat = join(examplesFolder, "chelsea.jpg");

let origin: HostileOrigin | undefined;
let service: Service | undefined;
let photo: Buffer<ArrayBuffer>;
let answer: CaptionAnswer;

beforeAll(async () => {
  if (browserIsMissing) return;
  origin = await startHostileOrigin();
  service = await startService({ internet: origin.port });
  photo = await readFile(cat);
  const url = `${service.url}/caption?alternatives=3&attention=true`;
  const response = await fetch(url, { method: "POST", body: photo });
  answer = (await response.json()) as CaptionAnswer;
});

afterAll(async () => {
  await service?.stop();
  await origin?.close();
});

/** Returns the URL of the service whose demo page is tested. */
export function serviceUrl(): string {
  if (!service) throw new Error("the service has not started");
  return service.url;
}

/** Returns the bytes of the photograph. */
export function catBytes(): Buffer<ArrayBuffer> {
  return photo;
}

/** Returns the answer that the page should show for the photograph. */
export function catAnswer(): CaptionAnswer {
  return answer;
}

/** Tests the demo page in a browser. */
export function pageTest(
  name: string,
  run: (visit: Visit) => Promise<void>,
  options?: BrowserContextOptions,
): void {
  browserTest(name, serviceUrl, run, options);
}

/** Waits until the page shows the photograph, and expects its caption. */
export async function expectCat(page: Page): Promise<void> {
  // The caption of an earlier image may still be there while the request runs.
  await page.getByText("Captioning the image").waitFor({ state: "hidden" });
  const caption = page.locator("#caption:not(:empty)");
  await caption.waitFor();
  expect(await caption.textContent()).toBe(answer.caption);
  expect(await page.locator("#words .word").count()).toBe(answer.tokens.length);
  await page.waitForFunction(() => {
    const shown = document.querySelector<HTMLImageElement>("#shown");
    return shown?.complete && shown.naturalWidth === 451;
  });
}

/** Finds a word of the caption, counted from 0. */
export const word = (page: Page, index: number): Locator =>
  page.locator("#words button").nth(index);
