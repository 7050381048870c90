/**
 * `npm run soak -- queue`: puts many images through the local queue of the site's Worker, while all
 * processes are killed at random moments.
 *
 * Exits with status 1 if an image is lost, captioned twice, or failed with a wrong code.
 */

import { z } from "zod";
import { complaintsOf, describeQueueSoak } from "../bench/soak/queue/report.ts";
import { runQueueSoak } from "../bench/soak/queue/run.ts";
import { createCommand, runCommand } from "../node/cli/command.ts";
import { addOptions, parseOptions } from "../node/cli/option-flags.ts";
import { startProgress } from "../node/cli/progress.ts";

const soakOptionsSchema = z.object({
  images: z.coerce.number().int().min(1).default(10_000).describe("how many images"),
  kills: z.coerce.number().int().min(0).default(5).describe("how often all processes are killed"),
  real: z.boolean().default(false).describe("has the real captioner write the captions"),
  seed: z.coerce.number().int().default(1).describe("decides the moments of the kills"),
});

await runCommand(async () => {
  const command = createCommand(
    "npm run soak --",
    "Puts images through the local queue of the site's Worker, and audits what became of them.",
  );
  const queue = command.command("queue").description("the site's queue, D1 and KV");
  addOptions(queue, soakOptionsSchema);
  command.parse();
  const options = parseOptions(soakOptionsSchema, queue.opts());
  const progress = startProgress("queue", options.images, "images");
  const report = await runQueueSoak(options, (finished) => progress.update(finished)).finally(
    progress.stop,
  );
  process.stdout.write(`${describeQueueSoak(report, new Date())}\n`);
  if (complaintsOf(report).length > 0) process.exitCode = 1;
});
