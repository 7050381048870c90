import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { environmentFor } from "../../cli/site/environment.ts";
import { applyMigrations } from "../../cli/site/migrations.ts";
import { createSiteClient, type SiteClient } from "../../client/index.ts";
import { freePort } from "../../node/free-port.ts";
import { browserTest } from "../support/browser.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

// A busy machine may take minutes for the first captions, which load the model.
const PATIENCE = { timeout: 240_000, interval: 500 };
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");
const wrangler = join(root, "node_modules/wrangler/bin/wrangler.js");
const state = sharedFolder();
const key = "a-key-of-twenty-letters";

let site: ChildProcess;
let url: string;
let client: SiteClient;

/** Puts objects into the local bucket, as docs/site.md says. */
async function putObjects(): Promise<void> {
  const [text, large] = [join(state, "text"), join(state, "large")];
  await writeFile(text, "This is no image.");
  await writeFile(large, new Uint8Array((10 << 20) + 1));
  for (const [name, file] of [
    ["my dogs.jpg", "examples/site/photos/dogs.jpg"],
    ["no-image.jpg", text],
    ["too-large.jpg", large],
  ] as const) {
    const options = [`--file=${file}`, "--content-type=image/jpeg", "--local"];
    const put = ["r2", "object", "put", `photos/${name}`, ...options, `--persist-to=${state}`];
    await run(process.execPath, [wrangler, ...put], { cwd: root });
  }
}

/** Writes the site's configuration with a bucket, as its owner would, and returns its path. */
async function bindBucket(): Promise<string> {
  const configuration = await readFile(join(root, "site/wrangler.toml"), "utf8");
  const path = join(state, "wrangler.toml");
  const bucket = '[[r2_buckets]]\nbinding = "BUCKET_PHOTOS"\nbucket_name = "photos"\n';
  const main = `main = ${JSON.stringify(join(root, "site/index.ts"))}`;
  await writeFile(path, `${configuration.replace('main = "index.ts"', main)}\n${bucket}`);
  return path;
}

beforeAll(async () => {
  await putObjects();
  await applyMigrations(state);
  const port = await freePort();
  url = `http://localhost:${port}`;
  client = createSiteClient({ siteUrl: url, key });
  const configurations = ["-c", await bindBucket(), "-c", join(root, "wrangler.toml")];
  const args = ["dev", ...configurations, `--port=${port}`, `--persist-to=${state}`];
  const settings = { port, key, origin: "http://127.0.0.1:1", minConfidence: "0.1" };
  site = spawn(process.execPath, [wrangler, ...args, "--show-interactive-dev-session=false"], {
    cwd: root,
    detached: true,
    stdio: "ignore",
    env: {
      ...environmentFor(settings),
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      // The captioner's keys are for strangers: the site's Worker has none.
      API_KEYS: "another-key-of-20-letters",
    },
  });
  await vi.waitFor(() => client.status(), PATIENCE);
});

afterAll(async () => {
  if (site.exitCode !== null || !site.pid) return;
  const ended = once(site, "exit");
  process.kill(-site.pid, "SIGTERM");
  await ended;
});

test("a photograph in a bucket gets its caption; what is no image or too large fails", async () => {
  const env = { ...process.env, ALT_KEY: key };
  const alt = async (...args: string[]) =>
    (await run(process.execPath, ["cli/alt.ts", ...args, "--site", url], { cwd: root, env }))
      .stdout;
  expect(await alt("bucket", "photos", "my", "--dry-run")).toContain("1 object, 1 of them images.");
  expect(await alt("bucket", "photos")).toContain(
    "3 images not known before, or replaced since: queued.",
  );
  await vi.waitFor(async () => {
    const { states } = await client.status();
    expect([states.queued, states.leased]).toEqual([0, 0]);
  }, PATIENCE);
  const { images } = await client.images();
  const found = new Map(images.map((image) => [image.url, image]));
  expect(found.get("r2://photos/my%20dogs.jpg")).toMatchObject({
    state: "captioned",
    alt: expect.stringMatching(/\bdog/),
  });
  expect(found.get("r2://photos/no-image.jpg")).toMatchObject({ problem: "unsupported_format" });
  expect(found.get("r2://photos/too-large.jpg")).toMatchObject({ problem: "too_many_bytes" });
});

browserTest(
  "the review page shows the picture, which only the bucket has",
  () => url,
  async ({ page: review, complaints }) => {
    await review.goto(`${url}/.edge-caption/review`);
    await review.getByLabel("Key", { exact: true }).fill(key);
    await review.keyboard.press("Enter");
    const picture = review.getByAltText("Image my dogs.jpg");
    await picture.scrollIntoViewIfNeeded();
    const width = `document.querySelector('img[alt="Image my dogs.jpg"]').naturalWidth`;
    await vi.waitFor(async () => {
      expect(await review.evaluate(width)).toBe(426);
    }, PATIENCE);
    complaints.length = 0;
  },
);
