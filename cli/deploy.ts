/**
 * `npm run deploy`: checks the Worker, and deploys it to Cloudflare with `wrangler deploy`.
 */

import { createCommand, runCommand } from "../node/cli/command.ts";
import { readArguments } from "./deploy/arguments.ts";
import { checkDeployment } from "./deploy/checks.ts";
import { describe } from "./deploy/finding.ts";
import { deploySite } from "./deploy/site.ts";
import { askWrangler, runWrangler } from "./deploy/wrangler.ts";

async function deploy(given: readonly string[]): Promise<void> {
  answerHelp(given);
  const asked = readArguments(given);
  let faults = 0;
  for await (const finding of checkDeployment(asked, askWrangler)) {
    process.stdout.write(describe(finding));
    if (finding.kind === "fix") faults++;
  }
  if (faults > 0) {
    process.stdout.write("\nNothing was deployed: fix the problems above first.\n");
    process.exitCode = 1;
  } else if (asked.dryRun) {
    const what = asked.site ? "both Workers were" : "the Worker was";
    process.stdout.write(`\nA dry run: ${what} built, and not deployed.\n`);
  } else {
    process.stdout.write("\n");
    process.exitCode = await runWrangler("deploy", "--env", asked.environment, ...asked.others);
    // The site's Worker is bound to the captioner, which must be there first.
    if (asked.site && process.exitCode === 0) process.exitCode = await deploySite();
  }
}

/** Prints the help or the versions, if they were asked for, and exits. */
function answerHelp(given: readonly string[]): void {
  createCommand("npm run deploy --", "Checks the Worker, and deploys it to Cloudflare.")
    .option("--dry-run", "build and check only; needs no account")
    .option("--site", "deploy the Worker in front of a site as well (docs/site.md)")
    .option("-e, --env <name>", "environment of wrangler.toml to deploy (default: production)")
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText(
      "after",
      "\nOther arguments are passed on to wrangler: see npm run wrangler -- deploy --help.",
    )
    .parse(given, { from: "user" });
}

await runCommand(() => deploy(process.argv.slice(2)));
