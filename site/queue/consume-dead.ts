import type { ImageMessage, SiteEnv } from "../env.ts";
import { refuse } from "../store/lease.ts";

/** Records images as failed whose messages the queue has given up. */
export async function consumeDead(
  batch: MessageBatch<ImageMessage>,
  { DB }: Pick<SiteEnv, "DB">,
): Promise<void> {
  const keys = batch.messages.map(({ body }) => body.key);
  await refuse(DB, keys, "dead_letter", Date.now());
}
