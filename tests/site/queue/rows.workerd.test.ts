import { expect, test } from "vitest";
import { PRICES } from "../../../cli/deploy/prices.ts";
import { PER_IMAGE } from "../../../cli/deploy/site-costs.ts";
import type { SiteEnv } from "../../../site/env.ts";
import { imageKey, pageKey } from "../../../site/pages/keys.ts";
import { remember } from "../../../site/pages/remember.ts";
import { sweepDue } from "../../../site/queue/index.ts";
import { countRows } from "../../support/site/count-rows.ts";
import { bindings, deliver, quietBindings, settingsWith } from "../../support/site/queue-world.ts";

const PAGES = 20;
const IMAGES_ON_PAGE = 10;

/** As docs/site.md has it. */
const IMAGES_OF_A_DATABASE = 10_000_000;

/** A batch of the queue, as site/wrangler.toml has it. */
const BATCH = 28;

test("an image takes as many rows of D1 as the costs are computed with", async () => {
  const { db, counted } = countRows(bindings.DB);
  const env: SiteEnv = quietBindings({ DB: db });
  const settings = settingsWith({ IMAGE_HOSTS: "*.example" });
  const keys: string[] = [];
  for (let page = 0; page < PAGES; page++) {
    const lacking = await imagesOf(page);
    keys.push(...lacking.map(({ key }) => key));
    const keyed = await pageKey(new URL(`https://rows.example/${page}.html`), settings);
    await remember({ page: keyed, record: undefined, lacking }, env, settings);
  }
  for (let from = 0; from < keys.length; from += BATCH) {
    await deliver(keys.slice(from, from + BATCH), settings, env);
  }
  await sweepDue(env, settings, Date.now());
  const { results } = await bindings.DB.prepare("SELECT DISTINCT state FROM images").all<{
    state: string;
  }>();
  expect(results).toEqual([{ state: "captioned" }]);
  expect(Math.ceil(counted.written / keys.length)).toBe(PER_IMAGE.rowsWritten);
  // Then all that one database has room for read no more than the plan includes.
  expect(counted.read / keys.length).toBeLessThan(PRICES.rowsRead.included / IMAGES_OF_A_DATABASE);

  async function imagesOf(page: number) {
    const urls = Array.from(
      { length: IMAGES_ON_PAGE },
      (_, index) => new URL(`https://rows.example/${page}/${index}.jpg`),
    );
    const keyed = await Promise.all(urls.map((url) => imageKey(url, settings)));
    return keyed.map((image, ordinal) => ({
      ...image,
      place: "img" as const,
      ordinals: [ordinal],
    }));
  }
});
