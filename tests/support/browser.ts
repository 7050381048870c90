import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, expect, type TestContext, test } from "vitest";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The paths at which the system's packages install Chromium; `CHROMIUM` overrides them. */
const executablePath =
  process.env.CHROMIUM ??
  (process.env.PATH ?? "")
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find(isExecutable);

export const browserIsMissing = executablePath === undefined;

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

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
  browser ??= chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    // Chromium's own sandbox does not start for root, which continuous integration runs as.
    chromiumSandbox: process.getuid?.() !== 0,
  });
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
