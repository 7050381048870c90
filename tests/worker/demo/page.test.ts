import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { BrowserContextOptions, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, vi } from "vitest";
import { examplesFolder } from "../../../bench/images.ts";
import { type HostileOrigin, startHostileOrigin } from "../../../bench/soak/hostile-origin.ts";
import type { CaptionAnswer } from "../../../core/api/caption-answer.ts";
import { browserIsMissing, browserTest, type Visit } from "../../support/browser.ts";
import { type Service, startService } from "../../support/service.ts";

// A busy machine may take a minute for the first caption, which loads the model.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const cat = join(examplesFolder, "chelsea.jpg");
const catUrl = "https://pictures.example/cat.jpg";

let origin: HostileOrigin;
let service: Service;
let photo: Buffer<ArrayBuffer>;
/** The answer that the page should show for the cat. */
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

function pageTest(
  name: string,
  run: (visit: Visit) => Promise<void>,
  options?: BrowserContextOptions,
) {
  browserTest(name, () => service.url, run, options);
}

const shownCaption = (page: Page) => page.locator("#caption:not(:empty)");

async function expectCat(page: Page): Promise<void> {
  // The caption of an earlier image may still be there while the request runs.
  await page.getByText("Captioning the image").waitFor({ state: "hidden" });
  await shownCaption(page).waitFor();
  expect(await shownCaption(page).textContent()).toBe(answer.caption);
  expect(await page.locator("#words .word").count()).toBe(answer.tokens.length);
  await page.waitForFunction(() => {
    const shown = document.querySelector<HTMLImageElement>("#shown");
    return shown?.complete && shown.naturalWidth === 451;
  });
}

describe("an image is captioned", () => {
  pageTest("from its URL", async ({ page, elsewhere }) => {
    let referrer: string | undefined;
    await page.route(catUrl, (route) => {
      referrer = route.request().headers().referer;
      return route.fulfill({ body: photo, contentType: "image/jpeg" });
    });
    await page.getByLabel("URL of an image").fill(catUrl);
    await page.getByRole("button", { name: "Caption", exact: true }).click();
    await expectCat(page);
    expect(elsewhere).toEqual([catUrl]);
    expect(referrer).toBeUndefined();
    expect(await page.locator("#command").textContent()).toBe(
      `curl '${service.url}/caption?beam=3&url=${encodeURIComponent(catUrl)}'`,
    );
  });

  pageTest("from a URL without its scheme", async ({ page }) => {
    await page.route(catUrl, (route) => route.fulfill({ body: photo, contentType: "image/jpeg" }));
    const field = page.getByLabel("URL of an image");
    await field.fill("pictures.example/cat.jpg");
    await field.press("Enter");
    await expectCat(page);
    expect(await field.inputValue()).toBe(catUrl);
  });

  pageTest("from the file field", async ({ page, elsewhere }) => {
    await page.getByLabel("Or your own images").setInputFiles(cat);
    await expectCat(page);
    expect(elsewhere).toEqual([]);
    expect(await page.locator("#command").textContent()).toBe(
      `curl --data-binary '@chelsea.jpg' '${service.url}/caption?beam=3'`,
    );
  });

  pageTest("with a command that returns the same caption", async ({ page }) => {
    for (const name of ["astronaut", "chelsea", "coffee", "rocket"]) {
      const file = join(examplesFolder, `${name}.jpg`);
      await page.getByLabel("Or your own images").setInputFiles(file);
      const command = page.getByText(`curl --data-binary '@${name}.jpg'`);
      await command.waitFor();
      const url = /'(http\S+)'/.exec((await command.textContent()) ?? "")?.[1] ?? "";
      const said = await fetch(url, { method: "POST", body: await readFile(file) });
      expect((await said.json()).caption).toBe(await page.locator("#caption").textContent());
    }
  });

  pageTest("and the fields name no other image", async ({ page }) => {
    const url = page.getByLabel("URL of an image");
    const file = page.getByLabel("Or your own images");
    await page.route(catUrl, (route) => route.fulfill({ body: photo }));
    await file.setInputFiles(cat);
    await expectCat(page);
    expect(await file.inputValue()).toContain("chelsea.jpg");
    await url.fill(catUrl);
    await url.press("Enter");
    await expectCat(page);
    expect([await url.inputValue(), await file.inputValue()]).toEqual([catUrl, ""]);
    await page.getByRole("button", { name: "Example: a cat" }).click();
    await expectCat(page);
    expect([await url.inputValue(), await file.inputValue()]).toEqual(["", ""]);
  });

  pageTest("that was dropped", async ({ page }) => {
    await give(page, "dragover");
    expect(await page.getByText("Drop the images here").isVisible()).toBe(true);
    await give(page, "drop");
    await expectCat(page);
    expect(await page.getByText("Drop the images here").isVisible()).toBe(false);
  });

  pageTest("that was pasted", async ({ page }) => {
    await give(page, "paste");
    await expectCat(page);
  });

  for (const [done, event, type] of [
    ["dropped", "drop", "text/uri-list"],
    ["pasted", "paste", "text/plain"],
  ] as const) {
    pageTest(`whose URL was ${done}`, async ({ page }) => {
      await page.route(catUrl, (route) => route.fulfill({ body: photo }));
      await give(page, event, [type, `${catUrl}\n`]);
      await expectCat(page);
      expect(await page.getByLabel("URL of an image").inputValue()).toBe(catUrl);
    });
  }

  pageTest("if several are requested, the last one", async ({ page }) => {
    const examples = page.getByRole("group", { name: "Or an example" }).getByRole("button");
    expect(await examples.count()).toBe(4);
    for (const example of await examples.all()) await example.click({ noWaitAfter: true });
    await page.getByRole("button", { name: "Example: a cat" }).click();
    await expectCat(page);
  });

  pageTest("and a late example does not replace it", async ({ page }) => {
    const late = Promise.withResolvers<void>();
    await page.route("**/examples/rocket.jpg", async (route) => {
      await late.promise;
      await route.continue();
    });
    await page.getByRole("button", { name: "Example: a rocket" }).click();
    await page.getByLabel("Or your own images").setInputFiles(cat);
    await expectCat(page);
    const arrived = page.waitForResponse("**/examples/rocket.jpg");
    late.resolve();
    await (await arrived).finished();
    // Time in which the page would request a caption of the rocket.
    await page.waitForTimeout(500);
    await expectCat(page);
    expect(await page.getByLabel("Or your own images").inputValue()).toContain("chelsea.jpg");
  });
});

describe("several files", () => {
  const rocket = join(examplesFolder, "rocket.jpg");
  const notes = { name: '=notes, "old".txt', mimeType: "text/plain", buffer: Buffer.from("hello") };

  pageTest("are captioned in a table, which can be copied and saved", async (visit) => {
    const { page, complaints } = visit;
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const files = [await payloadOf(cat), notes, await payloadOf(rocket)];
    await page.getByLabel("Or your own images").setInputFiles(files);
    const cells = page.locator("#batch-rows td");
    await expect.poll(() => cells.allTextContents(), { timeout: 20_000 }).not.toContain("");
    const texts = await cells.allTextContents();
    const confidence = answer.confidence?.toFixed(2) ?? "";
    expect(texts[0]).toBe(`${answer.caption} ${Math.round(100 * Number(confidence))} %`);
    expect(texts[1]).toContain("JPEG");
    expect(texts[2]).toMatch(/^[A-Z].*\. \d+ %$/);
    expect(await page.locator("#result").isVisible()).toBe(false);

    await page.getByRole("button", { name: "Copy the table" }).click();
    await page.getByText("The table is copied.").waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(confidence).toMatch(/^0\.\d\d$/);
    expect(copied.split("\n")[0]).toBe(`chelsea.jpg\t${answer.caption}\t${confidence}\t`);

    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save as CSV" }).click();
    const csv = await readFile(await (await download).path(), "utf8");
    expect(csv.split("\r\n").slice(0, 2)).toEqual([
      "file,caption,confidence,problem",
      `chelsea.jpg,${answer.caption},${confidence},`,
    ]);
    expect(csv).toContain(`"'=notes, ""old"".txt",,,`);

    const logged = "Failed to load resource: the server responded with a status of 415";
    expect(complaints.splice(0)).toEqual([expect.stringContaining(logged)]);
    await page.getByRole("button", { name: "Example: a cat" }).click();
    await expectCat(page);
    expect(await page.locator("#batch").isVisible()).toBe(false);
  });

  async function payloadOf(path: string) {
    return { name: basename(path), mimeType: "image/jpeg", buffer: await readFile(path) };
  }
});

/** Fires the event of dragging, dropping or pasting a text, or else the photograph. */
async function give(
  page: Page,
  event: "dragover" | "drop" | "paste",
  text?: readonly [type: string, text: string],
): Promise<void> {
  const given = { event, text, bytes: [...photo] };
  await page.evaluate(({ event, text, bytes }) => {
    const data = new DataTransfer();
    if (text) data.setData(...text);
    else data.items.add(new File([new Uint8Array(bytes)], "cat.jpg", { type: "image/jpeg" }));
    const made =
      event === "paste"
        ? new ClipboardEvent(event, { clipboardData: data, bubbles: true })
        : new DragEvent(event, { dataTransfer: data, bubbles: true, cancelable: true });
    document.body.dispatchEvent(made);
  }, given);
}

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
  const map = answer.attention?.maps[word] ?? [];
  const most = Math.max(...map);
  return map.map((weight) => Math.round(205 * (1 - weight / most)));
}

const word = (page: Page, index: number): Locator => page.locator("#words button").nth(index);

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
  // The button, the file, the style, the cat.
  for (let steps = 0; steps < 4; steps++) await page.keyboard.press("Tab");
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
  expect(tree).toContain(answer.caption);
  expect(tree).toContain('img "What the caption describes"');
  const [, second = ""] = answer.tokens;
  const percent = Math.round(100 * Math.exp(answer.tokenLogProbabilities[1] ?? 0));
  expect(tree).toMatch(
    new RegExp(
      `button "${second} ${percent} % looked most at the (?:top|middle|bottom|left|right)`,
    ),
  );
  expect(tree.match(/looked most at the/g)).toHaveLength(answer.tokens.length);
  for (const { caption } of answer.alternatives?.slice(1) ?? []) expect(tree).toContain(caption);
});

describe("a problem is shown as a sentence", () => {
  const statusOf = (page: Page) => page.getByRole("status").and(page.locator(".error"));

  async function expectError({ page, complaints }: Visit, text: RegExp, status: number) {
    await statusOf(page).waitFor();
    expect(await statusOf(page).textContent()).toMatch(text);
    expect(await page.locator("#result").isVisible()).toBe(false);
    const logged = `Failed to load resource: the server responded with a status of ${status}`;
    expect(complaints.splice(0)).toEqual([expect.stringContaining(logged)]);
  }

  pageTest("for a URL and for a file, and the page still works", async (visit) => {
    const { page } = visit;
    await page.getByLabel("URL of an image").fill("http://127.0.0.1/cat.jpg");
    await page.keyboard.press("Enter");
    await expectError(visit, /^127\.0\.0\.1 is not .*\.$/, 403);

    const buffer = Buffer.from("hello");
    const file = { name: "cat.json", mimeType: "application/json", buffer };
    await page.getByLabel("Or your own images").setInputFiles(file);
    await page.getByText("JPEG, PNG").waitFor();
    await expectError(visit, /JPEG.*\.$/, 415);

    await page.getByRole("button", { name: "Example: a cat" }).click();
    await expectCat(page);
    expect(await statusOf(page).isVisible()).toBe(false);
  });

  pageTest("for a missing key, with a field for it", async (visit) => {
    const { page } = visit;
    await page.route("**/caption?*", (route) => {
      if (route.request().headers().authorization === "Bearer a-key") return route.continue();
      const problem = { title: "A key is needed", detail: "Send one.", code: "unauthorized" };
      return route.fulfill({ status: 401, json: problem });
    });
    await page.getByLabel("Or your own images").setInputFiles(cat);
    await expectError(visit, /^Send one\.$/, 401);
    await page.keyboard.type("a-key\n");
    await expectCat(page);
    expect(await page.getByLabel("Key").isVisible()).toBe(false);
  });
});

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
