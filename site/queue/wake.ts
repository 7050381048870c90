import type { SiteEnv } from "../env.ts";
import type { SiteSettings } from "../settings.ts";
import { sendDue } from "./send-due.ts";

/** Sends messages after images have been added. Those that are due longer come first. */
export async function wake(
  env: SiteEnv,
  settings: SiteSettings,
  added: readonly string[],
): Promise<void> {
  if (added.length > 0) await sendDue(env, settings, Date.now());
}
