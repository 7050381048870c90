import { readFile } from "node:fs/promises";
import { join } from "node:path";
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
/** What the page should show of the cat. */
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
  // Said from the moment of asking: an earlier picture's caption may still stand there.
  await page.getByText("Looking at the picture").waitFor({ state: "hidden" });
  await shownCaption(page).waitFor();
  expect(await shownCaption(page).textContent()).toBe(answer.caption);
  expect(await page.locator("#words .word").count()).toBe(answer.tokens.length);
  await page.waitForFunction(() => {
    const shown = document.querySelector<HTMLImageElement>("#shown");
    return shown?.complete && shown.naturalWidth === 451;
  });
}

describe("a picture is captioned", () => {
  pageTest("by its address", async ({ page, elsewhere }) => {
    let referrer: string | undefined;
    await page.route(catUrl, (route) => {
      referrer = route.request().headers().referer;
      return route.fulfill({ body: photo, contentType: "image/jpeg" });
    });
    await page.getByLabel("Address of a picture").fill(catUrl);
    await page.getByRole("button", { name: "Caption it" }).click();
    await expectCat(page);
    expect(elsewhere).toEqual([catUrl]);
    expect(referrer).toBeUndefined();
    expect(await page.locator("#command").textContent()).toBe(
      `curl '${service.url}/caption?beam=3&url=${encodeURIComponent(catUrl)}'`,
    );
  });

  pageTest("that is chosen", async ({ page, elsewhere }) => {
    await page.getByLabel("Or a picture of yours").setInputFiles(cat);
    await expectCat(page);
    expect(elsewhere).toEqual([]);
    expect(await page.locator("#command").textContent()).toBe(
      `curl --data-binary '@chelsea.jpg' '${service.url}/caption?beam=3'`,
    );
  });

  pageTest("with a command that gives the same sentence", async ({ page }) => {
    for (const name of ["astronaut", "chelsea", "coffee", "rocket"]) {
      const file = join(examplesFolder, `${name}.jpg`);
      await page.getByLabel("Or a picture of yours").setInputFiles(file);
      const command = page.getByText(`curl --data-binary '@${name}.jpg'`);
      await command.waitFor();
      const url = /'(http\S+)'/.exec((await command.textContent()) ?? "")?.[1] ?? "";
      const said = await fetch(url, { method: "POST", body: await readFile(file) });
      expect((await said.json()).caption).toBe(await page.locator("#caption").textContent());
    }
  });

  pageTest("and no field names another than the one that is shown", async ({ page }) => {
    const url = page.getByLabel("Address of a picture");
    const file = page.getByLabel("Or a picture of yours");
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

  pageTest("that is dropped", async ({ page }) => {
    await give(page, "dragover");
    expect(await page.getByText("Drop the picture here").isVisible()).toBe(true);
    await give(page, "drop");
    await expectCat(page);
    expect(await page.getByText("Drop the picture here").isVisible()).toBe(false);
  });

  pageTest("that is pasted", async ({ page }) => {
    await give(page, "paste");
    await expectCat(page);
  });

  for (const [done, event, type] of [
    ["dropped", "drop", "text/uri-list"],
    ["pasted", "paste", "text/plain"],
  ] as const) {
    pageTest(`whose address is ${done}`, async ({ page }) => {
      await page.route(catUrl, (route) => route.fulfill({ body: photo }));
      await give(page, event, [type, `${catUrl}\n`]);
      await expectCat(page);
      expect(await page.getByLabel("Address of a picture").inputValue()).toBe(catUrl);
    });
  }

  pageTest("of the examples, the last one that was asked for", async ({ page }) => {
    const examples = page.getByRole("group", { name: "Or one of these" }).getByRole("button");
    expect(await examples.count()).toBe(4);
    for (const example of await examples.all()) await example.click({ noWaitAfter: true });
    await page.getByRole("button", { name: "Example: a cat" }).click();
    await expectCat(page);
  });

  pageTest("and not an example that comes after it was no longer wanted", async ({ page }) => {
    const late = Promise.withResolvers<void>();
    await page.route("**/examples/rocket.jpg", async (route) => {
      await late.promise;
      await route.continue();
    });
    await page.getByRole("button", { name: "Example: a rocket" }).click();
    await page.getByLabel("Or a picture of yours").setInputFiles(cat);
    await expectCat(page);
    const arrived = page.waitForResponse("**/examples/rocket.jpg");
    late.resolve();
    await (await arrived).finished();
    // Time in which the page would ask about the rocket, and say so.
    await page.waitForTimeout(500);
    await expectCat(page);
    expect(await page.getByLabel("Or a picture of yours").inputValue()).toContain("chelsea.jpg");
  });
});

/** What a browser tells the page of what is dragged, dropped or pasted: a file, unless some text. */
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

/** How dark each region of the picture is, from 0 to 255; nothing, while it is bright. */
function darkness(page: Page): Promise<number[] | undefined> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>("#attention");
    if (!canvas?.checkVisibility()) return undefined;
    const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height);
    return Array.from(pixels?.data ?? []).filter((_, index) => index % 4 === 3);
  });
}

/** What the picture should look like while the word is pointed at. */
function expectedDarkness(word: number): number[] {
  const map = answer.attention?.maps[word] ?? [];
  const most = Math.max(...map);
  return map.map((weight) => Math.round(205 * (1 - weight / most)));
}

const word = (page: Page, index: number): Locator => page.locator("#words button").nth(index);

describe("where the model looked", () => {
  pageTest("lights up while a word is pointed at", async ({ page }) => {
    await page.getByLabel("Or a picture of yours").setInputFiles(cat);
    await expectCat(page);
    expect(await darkness(page)).toBeUndefined();
    await word(page, 1).hover();
    expect(await darkness(page)).toEqual(expectedDarkness(1));
    await word(page, 2).hover();
    expect(await darkness(page)).toEqual(expectedDarkness(2));
    await page.getByRole("heading", { name: "Edge Caption" }).hover();
    expect(await darkness(page)).toBeUndefined();
    const [picture, light] = [page.locator("#shown"), page.locator("#attention")];
    await word(page, 1).hover();
    const [bright, dark] = [await picture.boundingBox(), await light.boundingBox()];
    for (const side of ["x", "y", "width", "height"] as const) {
      expect(dark?.[side], side).toBeCloseTo(bright?.[side] ?? 0, 0);
    }
  });

  pageTest(
    "stays after a finger was lifted",
    async ({ page }) => {
      await page.getByRole("button", { name: "Example: a cat" }).tap();
      await expectCat(page);
      await word(page, 1).tap();
      expect(await darkness(page)).toEqual(expectedDarkness(1));
    },
    { hasTouch: true, viewport: { width: 390, height: 844 } },
  );
});

pageTest("a keyboard is enough", async ({ page }) => {
  const focused = () => page.evaluate(() => document.activeElement?.id ?? "");
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("url");
  // The button, the file, the astronaut, the cat.
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

pageTest("a screen reader is told what the others see", async ({ page }) => {
  await page.getByLabel("Or a picture of yours").setInputFiles(cat);
  await expectCat(page);
  const tree = await page.getByRole("region", { name: "The caption" }).ariaSnapshot();
  expect(tree).toContain(answer.caption);
  expect(tree).toContain('img "What the caption is about"');
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

describe("what is wrong is said in a sentence", () => {
  const statusOf = (page: Page) => page.getByRole("status").and(page.locator(".wrong"));

  async function expectRefusal({ page, complaints }: Visit, text: RegExp, status: number) {
    await statusOf(page).waitFor();
    expect(await statusOf(page).textContent()).toMatch(text);
    expect(await page.locator("#result").isVisible()).toBe(false);
    const logged = `Failed to load resource: the server responded with a status of ${status}`;
    expect(complaints.splice(0)).toEqual([expect.stringContaining(logged)]);
  }

  pageTest("about an address, and about a file; and then it goes on", async (visit) => {
    const { page } = visit;
    await page.getByLabel("Address of a picture").fill("http://127.0.0.1/cat.jpg");
    await page.keyboard.press("Enter");
    await expectRefusal(visit, /^The URL leads into a private network\. 127\.0\.0\.1 .*\.$/, 403);

    const buffer = Buffer.from("hello");
    const file = { name: "cat.json", mimeType: "application/json", buffer };
    await page.getByLabel("Or a picture of yours").setInputFiles(file);
    await page.getByText("not a picture of a known format").waitFor();
    await expectRefusal(visit, /JPEG.*\.$/, 415);

    await page.getByRole("button", { name: "Example: a cat" }).click();
    await expectCat(page);
    expect(await statusOf(page).isVisible()).toBe(false);
  });

  pageTest("about a key, which is then asked for", async (visit) => {
    const { page } = visit;
    await page.route("**/caption?*", (route) => {
      if (route.request().headers().authorization === "Bearer a-key") return route.continue();
      const problem = { title: "A key is needed", detail: "Send one.", code: "unauthorized" };
      return route.fulfill({ status: 401, json: problem });
    });
    await page.getByLabel("Or a picture of yours").setInputFiles(cat);
    await expectRefusal(visit, /^A key is needed\. Send one\.$/, 401);
    await page.keyboard.type("a-key\n");
    await expectCat(page);
    expect(await page.getByLabel("Key").isVisible()).toBe(false);
  });
});

const desktop = { width: 1280, height: 900 };
const phone = { width: 390, height: 844 };

describe.each([
  ["desktop", "light", desktop],
  ["desktop", "dark", desktop],
  ["phone", "light", phone],
  ["phone", "dark", phone],
] as const)("on a %s, in the %s", (_, colorScheme, viewport) => {
  pageTest(
    "everybody can use it, and nothing is cut off",
    async ({ page, complaints }) => {
      const check = async (state: string) => {
        const { violations } = await new AxeBuilder({ page }).analyze();
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`);
        expect(found, state).toEqual([]);
        // As narrow as a phone's, or as a window of 1280 pixels that is enlarged four times.
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
      await page.getByLabel("Address of a picture").fill(`https://127.0.0.1/${"a".repeat(300)}`);
      await page.keyboard.press("Enter");
      await page.locator("#status.wrong").waitFor();
      await check("with an error");
      complaints.length = 0;
    },
    { colorScheme, viewport },
  );
});
