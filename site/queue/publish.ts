import type { SiteEnv } from "../env.ts";
import { publishAlt } from "../pages/records.ts";
import { findUnpublished, markPublished } from "../store/unpublished.ts";

/** The most texts that one call publishes: each is a call of KV, of which an invocation has 1,000. */
const MAXIMUM_PUBLISHED = 200;

/**
 * Publishes the texts of images, as D1 has them, to the pages. The sweep publishes what is
 * left, and what failed.
 *
 * @param keys - the images; undefined for all whose text is not published.
 */
export async function publishTexts(
  env: Pick<SiteEnv, "DB" | "PAGES">,
  keys?: readonly string[],
): Promise<void> {
  const texts = await findUnpublished(env.DB, keys, MAXIMUM_PUBLISHED);
  const published = await Promise.allSettled(
    texts.map(async (text) => {
      await publishAlt(env.PAGES, text.key, text.alt ?? undefined);
      return text;
    }),
  );
  await markPublished(
    env.DB,
    published.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])),
  );
}
