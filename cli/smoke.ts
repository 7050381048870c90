/**
 * `npm run smoke -- URL`: tries a service that is deployed, or served by `npm start`.
 *
 * Prints a line for each thing that was tried; the exit status is 1 if one failed. Where the service
 * has API keys, `CAPTION_KEY` is one of them.
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../core/errors.ts";
import { runCommand } from "../node/cli/command.ts";
import { describe, trySmoke } from "./smoke/report.ts";

const picture = join(import.meta.dirname, "../examples/chelsea.jpg");

/** @throws UserError `invalid_url` */
function readUrl([text = "", ...others]: readonly string[]): string {
  const url = URL.parse(text);
  if (others.length === 0 && url?.protocol.startsWith("http")) {
    return url.href.replace(/\/$/, "");
  }
  throw new UserError(
    "invalid_url",
    "Say where the service is: npm run smoke -- https://captions.example",
  );
}

await runCommand(async () => {
  const url = readUrl(process.argv.slice(2));
  const { CAPTION_KEY: key } = process.env;
  const trial = { url, picture: await readFile(picture), ...(key ? { key } : {}) };
  for await (const outcome of trySmoke(trial)) {
    process.stdout.write(describe(outcome));
    if (!outcome.succeeded) process.exitCode = 1;
  }
});
