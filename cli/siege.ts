/**
 * `npm run siege`: hostile requests of every kind, for a long time, on what `npm start` serves.
 *
 * It ends with status 1 if one of them, or a good one between them, ended otherwise than it should.
 */

import { Command } from "commander";
import { z } from "zod";
import { runSiege } from "../bench/siege/index.ts";
import { describeSiege, isUnharmed } from "../bench/siege/report.ts";
import { runCommand } from "../node/cli/command.ts";
import { addOptions, parseOptions } from "../node/cli/option-flags.ts";

const siegeOptionsSchema = z.object({
  minutes: z.coerce.number().min(0.1).default(30).describe("how long it lasts"),
  rate: z.coerce.number().min(0.1).default(5).describe("attacks a second"),
});

await runCommand(async () => {
  const command = addOptions(new Command("npm run siege --"), siegeOptionsSchema).description(
    "Attacks what npm start serves, and asks for captions meanwhile.",
  );
  const options = parseOptions(siegeOptionsSchema, command.parse().opts());
  const report = await runSiege(options, (line) => process.stderr.write(`${line}\n`));
  process.stdout.write(`${describeSiege(report)}\n`);
  if (!isUnharmed(report)) process.exitCode = 1;
});
