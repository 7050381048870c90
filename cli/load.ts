/**
 * `npm run load`: many requests at once, good and bad mixed, on one isolate of workerd.
 *
 * It ends with status 1 if a request ended otherwise than it should, or if fewer than 95 of 100 good
 * ones were captioned at the first try.
 */

import { Command } from "commander";
import { z } from "zod";
import { type LoadReport, runLoad } from "../bench/load/index.ts";
import { type Judgement, judgeLoad } from "../bench/load/judge.ts";
import { releasedModel } from "../node/bundle.ts";
import { runCommand } from "../node/cli/command.ts";
import { addOptions, parseOptions } from "../node/cli/option-flags.ts";

/** The least share of good requests that is captioned at the first try, in per cent. */
const leastGood = 95;

const wholeNumber = z.coerce.number().int().min(1);

const loadOptionsSchema = z.object({
  requests: wholeNumber.default(2000).describe("how many requests"),
  connections: wholeNumber.default(32).describe("how many at once"),
  model: z.string().min(1).default(releasedModel).describe("the folder of the bundle"),
});

await runCommand(async () => {
  const command = addOptions(new Command("npm run load --"), loadOptionsSchema).description(
    "Asks one isolate for everything at once: pictures, and what is none.",
  );
  const report = await runLoad(parseOptions(loadOptionsSchema, command.parse().opts()));
  const judgement = judgeLoad(report);
  process.stdout.write(`${describe(report, judgement)}\n`);
  if (judgement.wrong.length > 0 || judgement.goodAtFirstTry < leastGood) process.exitCode = 1;
});

function describe({ seconds, memory }: LoadReport, judgement: Judgement): string {
  const rows = judgement.kinds.map(
    ({ kind, right, count, atFirstTry, inTheEnd, median, slowest }) =>
      `| ${[kind, right, count, atFirstTry, inTheEnd, median, slowest].join(" | ")} |`,
  );
  return [
    "| request | right answer | sent | right at first try | right in the end | median ms | slowest ms |",
    "|---|---|---|---|---|---|---|",
    ...rows,
    "",
    `Good ones right at first try: ${judgement.goodAtFirstTry.toFixed(1)} %`,
    `Ended otherwise than they should: ${judgement.wrong.length}`,
    ...judgement.wrong.map((line) => `  ${line}`),
    `${seconds.toFixed(0)} s, ${judgement.captionsASecond.toFixed(1)} captions a second`,
    `workerd, MiB after each quarter: ${memory.map((value) => value.toFixed(0)).join(", ")}`,
  ].join("\n");
}
