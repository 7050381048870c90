import { rm } from "node:fs/promises";
import { join } from "node:path";
import { LOCAL_STATE } from "../site/state.ts";

/** Deletes the local database, store and key of `npm run site`, and returns their folder. */
export async function wipeLocalState(): Promise<string> {
  await rm(join(import.meta.dirname, "../..", LOCAL_STATE), { recursive: true, force: true });
  return LOCAL_STATE;
}
