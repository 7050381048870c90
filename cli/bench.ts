/**
 * `npm run bench`: measures what a caption costs, and prints one table.
 */

import os from "node:os";
import { countAll, writeBudget } from "../bench/counts/index.ts";
import { calibrate } from "../bench/measure/calibration.ts";
import { type BenchOptions, benchOptionsSchema } from "../bench/options.ts";
import { CannotRun, type Part, type PartResult } from "../bench/part.ts";
import { parts } from "../bench/parts.ts";
import { benchTable } from "../bench/table.ts";
import { UserError } from "../core/errors.ts";
import { createCommand, runCommand } from "../node/cli/command.ts";
import { writeAtomically } from "../node/cli/files.ts";
import { addOptions, parseOptions } from "../node/cli/option-flags.ts";

const PART_NAMES = parts.map(({ name }) => name).join(", ");

await runCommand(async () => {
  const options = readOptions();
  if (options.accept) return writeBudget(await countAll(options.model));
  const results: PartResult[] = [];
  for (const part of chosenParts(options)) {
    process.stderr.write(`${part.name} ...\n`);
    results.push(await measure(part, options));
  }
  process.stdout.write(`${describeMachine()}\n\n${benchTable(results)}\n`);
  if (options.json !== undefined) {
    const report = { date: new Date().toISOString(), machine: describeMachine(), results };
    await writeAtomically(options.json, `${JSON.stringify(report, null, 2)}\n`);
  }
});

function readOptions(): BenchOptions {
  const command = createCommand(
    "npm run bench --",
    "Measures what a caption costs in CPU time, memory and bytes.",
  ).addHelpText("after", `\nParts: ${PART_NAMES}.`);
  return parseOptions(benchOptionsSchema, addOptions(command, benchOptionsSchema).parse().opts());
}

function chosenParts({ only }: BenchOptions): readonly Part[] {
  if (only === undefined) return parts;
  return only.split(",").map((name) => {
    const part = parts.find((candidate) => candidate.name === name);
    if (part) return part;
    throw new UserError(
      "unknown_part",
      `--only: unknown part "${name}"; the parts are ${PART_NAMES}.`,
    );
  });
}

async function measure(part: Part, options: BenchOptions): Promise<PartResult> {
  const { name, title } = part;
  const before = calibrate();
  try {
    const figures = await part.run(options);
    const after = calibrate();
    return { name, title, figures, calibration: before.least < after.least ? before : after };
  } catch (error) {
    // One failed part must not lose the figures of the others.
    if (!(error instanceof CannotRun)) {
      console.error(error);
      process.exitCode = 1;
    }
    const absent = error instanceof Error ? error.message : String(error);
    return { name, title, figures: [], absent, calibration: before };
  }
}

function describeMachine(): string {
  const [cpu] = os.cpus();
  const load = os.loadavg().map((value) => value.toFixed(1));
  return `${os.cpus().length} x ${cpu?.model ?? "unknown"}, Node ${process.version}, load ${load.join(" ")}`;
}
