/**
 * `npm run load`: sends many requests at once, good and bad mixed, to one isolate of workerd.
 *
 * Exits with status 1 after a wrong answer, or if too few good requests were captioned at the first
 * try.
 */

import { z } from "zod";
import { judgeLoad } from "../bench/soak/load/judge.ts";
import { describeLoad, isPassed } from "../bench/soak/load/report.ts";
import { runLoad } from "../bench/soak/load/run.ts";
import { createCommand, runCommand } from "../node/cli/command.ts";
import { addOptions, parseOptions } from "../node/cli/option-flags.ts";
import { startProgress } from "../node/cli/progress.ts";
import { releasedModel } from "../node/released-model.ts";

const wholeNumberSchema = z.coerce.number().int().min(1);

const loadOptionsSchema = z.object({
  requests: wholeNumberSchema.default(2000).describe("number of requests"),
  connections: wholeNumberSchema.default(32).describe("number of concurrent connections"),
  model: z.string().min(1).default(releasedModel).describe("folder of the bundle"),
});

await runCommand(async () => {
  const command = createCommand(
    "npm run load --",
    "Sends many good and bad requests at once to one isolate, and checks every answer.",
  );
  addOptions(command, loadOptionsSchema).parse();
  const options = parseOptions(loadOptionsSchema, command.opts());
  process.stderr.write("Building and starting the Worker ...\n");
  const progress = startProgress("load", options.requests, "requests");
  const report = await runLoad(options, progress.update).finally(progress.stop);
  const judgement = judgeLoad(report);
  process.stdout.write(`${describeLoad(report, judgement)}\n`);
  if (!isPassed(judgement)) process.exitCode = 1;
});
