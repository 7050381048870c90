/**
 * `npm run compare`: runs side by side.
 *
 * @module
 */
import { Command } from "commander";
import { z } from "zod";
import { UserError } from "../core/errors.ts";
import { runCommand } from "../node/cli/command.ts";
import { writeAtomically } from "../node/cli/files.ts";
import { addOptions, parseOptions } from "../node/cli/option-flags.ts";
import { compareRuns, openRuns } from "../run-files/compare/index.ts";
import { comparisonTable } from "../run-files/compare/table.ts";

const compareSchema = z.object({
  json: z.boolean().default(false).describe("prints one JSON object instead of the table"),
  html: z.string().optional().describe("writes the comparison to this file as a page, too"),
});

await runCommand(async () => {
  const command = addOptions(new Command("npm run compare --"), compareSchema)
    .argument("<run...>", "folders of runs; all are compared with the first")
    .description(
      "Says what differed in the configuration of runs, and what it did to the measures.",
    )
    .parse();
  const { json, html } = parseOptions(compareSchema, command.opts());
  if (command.args.length < 2) {
    throw new UserError("too_few_runs", "One run has nothing to be compared with: name another.");
  }
  const runs = await openRuns(command.args);
  const comparison = compareRuns(runs);
  process.stdout.write(`${json ? JSON.stringify(comparison) : comparisonTable(comparison)}\n`);
  if (html === undefined) return;
  // The plotting library takes longer to load than all the rest.
  const { comparisonPage } = await import("../run-files/compare/page.ts");
  await writeAtomically(html, await comparisonPage(comparison, runs));
});
