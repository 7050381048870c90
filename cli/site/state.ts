import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The folder of the local database, store and key, below the repository. */
export const LOCAL_STATE = ".wrangler/site";

const KEY_FILE = "review-key";

/** Returns the key that `npm run site` wrote for its review page, or undefined if there is none. */
export async function readReviewKey(state: string): Promise<string | undefined> {
  const text = await readFile(join(state, KEY_FILE), "utf8").catch(() => "");
  return text.trim() || undefined;
}

/** Returns the local review page's key, which stays the same until the state is wiped. */
export async function reviewKey(state: string): Promise<string> {
  const known = await readReviewKey(state);
  if (known !== undefined) return known;
  const key = randomBytes(18).toString("base64url");
  await mkdir(state, { recursive: true });
  await writeFile(join(state, KEY_FILE), `${key}\n`, { mode: 0o600 });
  return key;
}
