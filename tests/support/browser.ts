import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, expect, type TestContext, test } from "vitest";
import { chromiumOptions, chromiumPath } from "./chromium.ts";

export const browserIsMissing = chromiumPath === undefined;

/** A page whose errors and requests to other origins are recorded. */
export interface Visit {
  readonly page: Page;
  /** Origins of all requests but the first. */
  readonly elsewhere: string[];
  /** The console's errors, including violations of the Content-Security-Policy. */
  readonly complaints: string[];
}

let browser: Promise<Browser> | undefined;

async function visit(url: string, options: BrowserContextOptions): Promise<Visit> {
  browser ??= chromium.launch(chromiumOptions);
  const context = await (await browser).newContext({ reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  const elsewhere: string[] = [];
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("request", (request) => {
    const asked = request.url();
    if (!asked.startsWith(`${url}/`) && !asked.startsWith(`blob:${url}/`)) elsewhere.push(asked);
  });
  await page.goto(url);
  return { page, elsewhere, complaints };
}

/**
 * A test in a real browser, on a page opened for it alone. Without Chromium it is not run, and the
 * last line of the test run says so.
 *
 * @param url - of the page, known when the test runs.
 */
export function browserTest(
  name: string,
  url: () => string,
  run: (visit: Visit, context: TestContext) => Promise<void>,
  options: BrowserContextOptions = {},
): void {
  test(name, async (context) => {
    context.skip(browserIsMissing, "Chromium is not installed");
    const visited = await visit(url(), options);
    try {
      await run(visited, context);
      expect(visited.complaints).toEqual([]);
    } finally {
      await visited.page.context().close();
    }
  });
}

afterAll(async () => {
  await (await browser)?.close();
});
