import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { examplesFolder } from "../../../bench/images.ts";
import type { Visit } from "../../support/browser.ts";
import { cat, catBytes, expectCat, pageTest, serviceUrl } from "./cat-page.ts";

const catUrl = "https://pictures.example/cat.jpg";

describe("an image is captioned", () => {
  pageTest("from its URL", async ({ page, elsewhere }) => {
    let referrer: string | undefined;
    await page.route(catUrl, (route) => {
      referrer = route.request().headers().referer;
      return route.fulfill({ body: catBytes(), contentType: "image/jpeg" });
    });
    await page.getByLabel("URL of an image").fill(catUrl);
    await page.getByRole("button", { name: "Caption", exact: true }).click();
    await expectCat(page);
    expect(elsewhere).toEqual([catUrl]);
    expect(referrer).toBeUndefined();
    expect(await page.locator("#command").textContent()).toBe(
      `curl '${serviceUrl()}/caption?beam=3&url=${encodeURIComponent(catUrl)}'`,
    );
  });

  pageTest("from a URL without its scheme", async ({ page }) => {
    await page.route(catUrl, (route) =>
      route.fulfill({ body: catBytes(), contentType: "image/jpeg" }),
    );
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
      `curl --data-binary '@chelsea.jpg' '${serviceUrl()}/caption?beam=3'`,
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
    await page.route(catUrl, (route) => route.fulfill({ body: catBytes() }));
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
      await page.route(catUrl, (route) => route.fulfill({ body: catBytes() }));
      await give(page, event, [type, `${catUrl}\n`]);
      await expectCat(page);
      expect(await page.getByLabel("URL of an image").inputValue()).toBe(catUrl);
    });
  }

  pageTest("if several are requested, the last one", async ({ page }) => {
    const examples = page.getByRole("group", { name: "Or an example" }).getByRole("button");
    expect(await examples.count()).toBe(5);
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

/** Fires the event of dragging, dropping or pasting a text, or else the photograph. */
async function give(
  page: Page,
  event: "dragover" | "drop" | "paste",
  text?: readonly [type: string, text: string],
): Promise<void> {
  const given = { event, text, bytes: [...catBytes()] };
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
