/**
 * `npm run siege`: attacks the service of `npm start` with hostile requests of every kind, for a long time.
 *
 * Exits with status 1 after a wrong answer to one of them, or to a good request between them.
 */

import { z } from "zod";
import { describeSiege, isUnharmed } from "../bench/soak/siege/report.ts";
import { runSiege } from "../bench/soak/siege/run.ts";
import { createCommand, runCommand } from "../node/cli/command.ts";
import { addOptions, parseOptions } from "../node/cli/option-flags.ts";
import { startProgress } from "../node/cli/progress.ts";

const siegeOptionsSchema = z.object({
  minutes: z.coerce.number().min(0.1).default(30).describe("duration"),
  rate: z.coerce.number().min(0.1).default(5).describe("attacks per second"),
});

await runCommand(async () => {
  const command = createCommand(
    "npm run siege --",
    "Attacks the service of npm start, and checks that good requests in between are captioned.",
  );
  addOptions(command, siegeOptionsSchema).parse();
  const options = parseOptions(siegeOptionsSchema, command.opts());
  process.stderr.write("Starting the service and making the attacks' files ...\n");
  const total = Math.round(60 * options.minutes);
  const progress = startProgress("siege", total, "seconds");
  const report = await runSiege(options, ({ seconds, attacks, good, wrong }) => {
    const note = `${attacks} attacks, ${good} good requests, ${wrong} wrong outcomes`;
    progress.update(Math.min(total, Math.round(seconds)), note);
  }).finally(progress.stop);
  process.stdout.write(`${describeSiege(report)}\n`);
  if (!isUnharmed(report)) process.exitCode = 1;
});
