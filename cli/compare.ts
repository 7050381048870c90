/**
 * `npm run compare`: compares training runs.
 *
 * @module
 */
import { z } from "zod";
import { UserError } from "../core/errors.ts";
import { createCommand, runCommand } from "../node/cli/command.ts";
import { writeAtomically } from "../node/cli/files.ts";
import { addOptions, parseOptions } from "../node/cli/option-flags.ts";
import { compareRuns, openRuns } from "../run-files/compare/index.ts";
import { comparisonTable } from "../run-files/compare/table.ts";

const compareSchema = z.object({
  json: z.boolean().default(false).describe("print one JSON object instead of the table"),
  html: z.string().optional().describe("also write the comparison to this file as a page"),
});

await runCommand(async () => {
  const command = addOptions(
    createCommand(
      "npm run compare --",
      "Lists the differences between runs: in the configuration, and in the metrics.",
    ),
    compareSchema,
  )
    .argument("<run...>", "folders of runs; all are compared with the first")
    .parse();
  const { json, html } = parseOptions(compareSchema, command.opts());
  if (command.args.length < 2) {
    throw new UserError("too_few_runs", "One run cannot be compared: name at least two.");
  }
  const runs = await openRuns(command.args);
  const comparison = compareRuns(runs);
  process.stdout.write(`${json ? JSON.stringify(comparison) : comparisonTable(comparison)}\n`);
  if (html === undefined) return;
  // Imported here, as the plotting library is slow to load.
  const { comparisonPage } = await import("../run-files/compare/page.ts");
  await writeAtomically(html, await comparisonPage(comparison, runs));
});
