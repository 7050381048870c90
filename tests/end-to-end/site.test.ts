import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readReviewKey } from "../../cli/site/state.ts";
import { createSiteClient, type SiteClient } from "../../client/index.ts";
import { freePort } from "../../node/free-port.ts";
import { browserTest } from "../support/browser.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

// A busy machine may take minutes for the first captions, which load the model.
const PATIENCE = { timeout: 240_000, interval: 500 };
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const run = promisify(execFile);
const root = new URL("../..", import.meta.url).pathname;
const state = sharedFolder();

let site: ChildProcess;
let url: string;
let key: string;
let client: SiteClient;
let output = "";

beforeAll(async () => {
  const port = await freePort();
  url = `http://localhost:${port}`;
  const args = ["cli/site.ts", "--port", String(port), "--state", state];
  site = spawn(process.execPath, args, { cwd: root, detached: true });
  site.stdout?.on("data", (data) => (output += data));
  site.stderr?.on("data", (data) => (output += data));
  await vi.waitFor(() => expect(output).toContain("Ctrl-C stops it."), PATIENCE);
  key = (await readReviewKey(state)) ?? "";
  client = createSiteClient({ siteUrl: url, key });
});

afterAll(async () => {
  if (site.exitCode !== null || !site.pid) return;
  const ended = once(site, "exit");
  process.kill(-site.pid, "SIGTERM");
  await ended;
});

const page = async (path: string) => (await fetch(url + path)).text();

/** Returns the tags of a page's images. */
const images = (html: string) => html.match(/<img[^>]*>/g) ?? [];

/** Runs `npm run alt -- ...` for the site. */
async function alt(...args: string[]): Promise<string> {
  const env = { ...process.env, ALT_KEY: key };
  const { stdout } = await run(process.execPath, ["cli/alt.ts", ...args], { cwd: root, env });
  return stdout;
}

/** Waits until no image is queued or being captioned. */
async function captioned(): Promise<void> {
  await vi.waitFor(async () => {
    const { states } = await client.status();
    const total = Object.values(states).reduce((sum, count) => sum + count, 0);
    expect([total > 0, states.queued + states.leased]).toEqual([true, 0]);
  }, PATIENCE);
}

test("the greeting names the site, the review page and its key, and nothing else is printed", () => {
  const lines = output.split("\n").filter(Boolean);
  expect(lines.slice(0, 2)).toEqual(["Starting the site ...", `The site is ready: ${url}`]);
  expect(output).toContain(`${url}/.edge-caption/review`);
  expect(output).toContain(key);
});

describe("the home page", () => {
  test("comes as its origin wrote it, and soon with the text that was missing", async () => {
    const [rule, dogs, sunset, linked] = images(await page("/"));
    expect(dogs).toBe('<img src="/photos/dogs.jpg" width="426" height="640" />');
    await captioned();
    const later = await vi.waitFor(async () => {
      const found = images(await page("/"));
      expect(found[1]).toContain('data-alt-source="edge-caption"');
      return found;
    }, PATIENCE);
    expect(later[1]).toMatch(/ alt="A[^"]* dog[^"]*\."/);
    // What is decorative, what a person wrote, and what is alone in a link stay.
    expect([later[0], later[2], later[3]]).toEqual([rule, sunset, linked]);
  });
});

describe("npm run alt", () => {
  test("crawl --dry-run counts, and queues nothing", async () => {
    const before = await client.status();
    const text = await alt("crawl", url, "--dry-run");
    expect(text).toContain("4 pages, 16 images on them.");
    expect(text).toContain("12 different images without alternative text.");
    expect(text).toContain("1 more in links, buttons or maps: listed for review, never filled in.");
    expect(await client.status()).toMatchObject({ states: before.states });
  });

  test("sitemap puts all pages through, and the first visit is filled in", async () => {
    expect(await alt("sitemap", `${url}/sitemap.xml`)).toMatch(/\d+ images? queued/);
    await captioned();
    expect(await alt("status", "--site", url)).toContain("12 of 12 images are done (100 %).");
    expect((await client.images({ state: "low_confidence" })).images.length).toBeGreaterThan(2);
    const csv = await alt("export", "--site", url);
    expect(csv.split("\r\n")).toHaveLength(14);
    const { images: sure } = await client.images({ state: "captioned" });
    for (const image of sure) {
      const [shown] = image.pages.filter(({ place }) => place === "img");
      expect(await (await fetch(shown?.url ?? "")).text()).toContain(`alt="${image.alt}"`);
    }
  });
});

test("the site passes npm run smoke", async () => {
  const env = { ...process.env, ALT_KEY: key };
  const { stdout } = await run(process.execPath, ["cli/smoke.ts", "--site", url], {
    cwd: root,
    env,
  });
  expect(stdout.match(/^ok {4}/gm)).toHaveLength(7);
  expect(stdout).not.toContain("FAIL");
});

/** Signs in to the review page, by keyboard. */
async function signIn(review: Page): Promise<void> {
  await review.goto(`${url}/.edge-caption/review`);
  await review.getByLabel("Key", { exact: true }).fill(key);
  await review.keyboard.press("Enter");
  await review.locator(".card").first().waitFor();
}

/** The card of an image, once it is in a state. */
const cardOf = (review: Page, name: string, state?: string) =>
  review
    .locator(state === undefined ? ".card" : `.card[data-state=${state}]`)
    .filter({ has: review.locator(`img[src*="${name}"]`) });

describe("the review page", () => {
  browserTest(
    "an edit, by keyboard alone, shows on the site's page; undo takes it back",
    () => url,
    async ({ page: review, complaints }) => {
      await signIn(review);
      // The refusal before signing in is an error of the console.
      complaints.length = 0;
      const count = await review.locator(".card").count();
      expect(count).toBe(12);
      for (let index = 0; index < count; index++) {
        await review.keyboard.press("j");
        const shown = await review.locator(".card:focus img").getAttribute("src");
        if (shown?.includes("cat.jpg")) break;
      }
      // Whether its caption was sure enough depends on the model.
      const before = (await cardOf(review, "cat.jpg").getAttribute("data-state")) ?? "";
      await review.keyboard.press("e");
      await review.keyboard.type('A cat called "Chelsea" & friends.');
      await review.keyboard.press("Control+Enter");
      await cardOf(review, "cat.jpg", "edited").waitFor();
      await vi.waitFor(async () => {
        const html = await page("/at-home.html");
        expect(html).toContain('alt="A cat called &#34;Chelsea&#34; &#38; friends."');
      }, PATIENCE);
      await review.keyboard.press("u");
      await cardOf(review, "cat.jpg", before).waitFor();
      // Keys that come faster than the service answers take their turn.
      await review.keyboard.press("d");
      await review.keyboard.press("a");
      await cardOf(review, "cat.jpg", "approved").waitFor();
    },
  );

  browserTest(
    "a conflicting edit by another person shows both texts, and saves the chosen one",
    () => url,
    async ({ page: review, complaints }) => {
      await signIn(review);
      const card = cardOf(review, "fig.jpg");
      const { images: all } = await client.images({ limit: 100 });
      const image = all.find((one) => one.url.endsWith("fig.jpg"));
      if (!image) throw new Error("there is no fig");
      await client.review(image.key, { version: image.version, action: "edit", alt: "Theirs." });
      await card.getByRole("button", { name: "Edit" }).click();
      await card.getByRole("textbox").fill("Mine.");
      await card.getByRole("button", { name: "Save" }).click();
      await card.getByText("with the text: Theirs.").waitFor();
      expect(await card.getByRole("textbox").inputValue()).toBe("Mine.");
      await card.getByRole("button", { name: "Save" }).click();
      await card.locator(".text", { hasText: "Mine." }).waitFor();
      complaints.length = 0;
    },
  );

  browserTest(
    "many at once, filters and the threshold",
    () => url,
    async ({ page: review, complaints }) => {
      await signIn(review);
      complaints.length = 0;
      await review.getByLabel("State").selectOption("captioned");
      await review.getByRole("button", { name: "Show", exact: true }).click();
      await review
        .locator(".card[data-state=low_confidence]")
        .first()
        .waitFor({ state: "detached" });
      await review.locator(".card[data-state=captioned]").first().waitFor();
      const count = await review.locator(".card").count();
      await review.getByRole("button", { name: "Select all shown" }).click();
      await review.getByRole("button", { name: "Approve", exact: true }).click();
      await review.getByText(`${count} images are changed.`).waitFor();
      expect((await client.images({ state: "captioned" })).images).toEqual([]);
      await review.getByLabel("If the least confidence were").fill("0");
      expect(await review.locator("#divided").textContent()).toMatch(/^12 of 12 captions/);
    },
  );

  for (const colorScheme of ["light", "dark"] as const) {
    browserTest(
      `passes axe on a phone, in ${colorScheme}`,
      () => url,
      async ({ page: review, complaints }) => {
        const check = async (place: string) => {
          const { violations } = await new AxeBuilder({ page: review }).analyze();
          const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`);
          expect(found, place).toEqual([]);
          const needed = await review.evaluate("document.documentElement.scrollWidth");
          expect(needed, place).toBeLessThanOrEqual(320);
        };
        await review.goto(`${url}/.edge-caption/review`);
        await review.getByLabel("Key", { exact: true }).waitFor();
        await check("before signing in");
        await signIn(review);
        await check("with images");
        await cardOf(review, "dogs.jpg").getByRole("button", { name: "Edit" }).click();
        await check("with an open field");
        complaints.length = 0;
      },
      { colorScheme, viewport: { width: 320, height: 640 } },
    );
  }
});
