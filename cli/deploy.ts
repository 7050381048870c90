/**
 * `npm run deploy`: puts the Worker on Cloudflare's network, after checks that are cheaper here.
 *
 * Arguments are passed on to `wrangler deploy`: with `--dry-run` nothing is sent, and no account is
 * needed.
 */

import { runCommand } from "../node/cli/command.ts";
import { readArguments } from "./deploy/arguments.ts";
import { checkDeployment } from "./deploy/checks.ts";
import { describe } from "./deploy/finding.ts";
import { askWrangler, runWrangler } from "./deploy/wrangler.ts";

async function deploy(given: readonly string[]): Promise<void> {
  const asked = readArguments(given);
  let faults = 0;
  for await (const finding of checkDeployment(asked, askWrangler)) {
    process.stdout.write(describe(finding));
    if (finding.kind === "fix") faults++;
  }
  if (faults > 0) {
    process.stdout.write("\nNothing was sent: see what is to be fixed above.\n");
    process.exitCode = 1;
  } else if (asked.dryRun) {
    process.stdout.write("\nA dry run: it was built, and nothing was sent.\n");
  } else {
    process.stdout.write("\n");
    process.exitCode = await runWrangler("deploy", "--env", asked.environment, ...asked.others);
  }
}

await runCommand(() => deploy(process.argv.slice(2)));
