/**
 * `npm run smoke -- URL`: tests a service that is deployed, or served by `npm start`; with `--site`, the
 * Worker in front of a site.
 *
 * Prints a line for each step; the exit status is 1 if one failed. `CAPTION_KEY` is an API key of a
 * service that requires one, and `ALT_KEY` one of the site's keys.
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../core/errors.ts";
import { createCommand, runCommand } from "../node/cli/command.ts";
import { describe, type Outcome, runSteps } from "./smoke/report.ts";
import { siteSteps } from "./smoke/site-steps.ts";
import { steps } from "./smoke/steps.ts";

const imagePath = join(import.meta.dirname, "../examples/chelsea.jpg");

/** What to test. */
interface Asked {
  /** Without a slash at the end. */
  readonly url: string;
  readonly isSite: boolean;
}

/** @throws {UserError} `invalid_url` */
function readAsked(): Asked {
  const command = createCommand("npm run smoke --", "Tests a deployed or local service.")
    .argument("[url]", "address of the service, such as http://localhost:8787")
    .option("--site <url>", "address of a site to test, with the Worker in front of it")
    .addHelpText(
      "after",
      "\nCAPTION_KEY is an API key of a service that requires one; ALT_KEY is one of a site's REVIEW_KEYS.",
    )
    .parse();
  const { site } = command.opts<{ site?: string }>();
  const url = URL.parse(site ?? command.args[0] ?? "");
  if (url?.protocol.startsWith("http")) {
    return { url: url.href.replace(/\/$/, ""), isSite: site !== undefined };
  }
  throw new UserError(
    "invalid_url",
    "Give the address of the service: npm run smoke -- https://captions.example",
  );
}

async function* outcomesOf({ url, isSite }: Asked): AsyncGenerator<Outcome> {
  if (isSite) {
    yield* runSteps(siteSteps, { url, key: process.env.ALT_KEY ?? "" });
    return;
  }
  const { CAPTION_KEY: key } = process.env;
  const image = await readFile(imagePath);
  yield* runSteps(steps, { url, image, ...(key ? { key } : {}) });
}

await runCommand(async () => {
  for await (const outcome of outcomesOf(readAsked())) {
    process.stdout.write(describe(outcome));
    if (!outcome.succeeded) process.exitCode = 1;
  }
});
