/**
 * `npm run smoke -- URL`: tests a service that is deployed, or served by `npm start`.
 *
 * Prints a line for each step; the exit status is 1 if one failed. `CAPTION_KEY` is the API key, if the
 * service has any.
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../core/errors.ts";
import { createCommand, runCommand } from "../node/cli/command.ts";
import { describe, runSteps } from "./smoke/report.ts";

const imagePath = join(import.meta.dirname, "../examples/chelsea.jpg");

/** @throws {UserError} `invalid_url` */
function readUrl(): string {
  const command = createCommand("npm run smoke --", "Tests a deployed or local service.")
    .argument("[url]", "address of the service, such as http://localhost:8787")
    .addHelpText("after", "\nCAPTION_KEY is the API key, if the service has any.")
    .parse();
  const url = URL.parse(command.args[0] ?? "");
  if (url?.protocol.startsWith("http")) return url.href.replace(/\/$/, "");
  throw new UserError(
    "invalid_url",
    "Give the address of the service: npm run smoke -- https://captions.example",
  );
}

await runCommand(async () => {
  const url = readUrl();
  const { CAPTION_KEY: key } = process.env;
  const trial = { url, image: await readFile(imagePath), ...(key ? { key } : {}) };
  for await (const outcome of runSteps(trial)) {
    process.stdout.write(describe(outcome));
    if (!outcome.succeeded) process.exitCode = 1;
  }
});
