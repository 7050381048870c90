/**
 * `npm run bench`: what captioning, training and converting cost, as one table.
 */

import os from "node:os";
import { Command } from "commander";
import { countAll, writeBudget } from "../bench/counts/index.ts";
import { calibrate } from "../bench/measure/calibration.ts";
import { type BenchOptions, benchOptionsSchema } from "../bench/options.ts";
import { CannotRun, type Part, type PartResult } from "../bench/part.ts";
import { parts } from "../bench/parts.ts";
import { benchTable } from "../bench/report/table.ts";
import { UserError } from "../core/errors.ts";
import { runCommand } from "../node/cli/command.ts";
import { writeAtomically } from "../node/cli/files.ts";
import { addOptions, parseOptions } from "../node/cli/option-flags.ts";

await runCommand(async () => {
  const options = readOptions();
  if (options.accept) return writeBudget(await countAll(options.model));
  const results: PartResult[] = [];
  for (const part of chosen(options)) {
    process.stderr.write(`${part.name} ...\n`);
    results.push(await measure(part, options));
  }
  process.stdout.write(`${machine()}\n\n${benchTable(results)}\n`);
  if (options.json !== undefined) {
    const report = { date: new Date().toISOString(), machine: machine(), results };
    await writeAtomically(options.json, `${JSON.stringify(report, null, 2)}\n`);
  }
  // wrangler keeps handles open after its Workers are gone.
  process.exit();
});

function readOptions(): BenchOptions {
  const command = new Command("npm run bench --")
    .description("Measures what captioning, training and converting cost.")
    .addHelpText("after", `\nParts: ${parts.map(({ name }) => name).join(", ")}.`);
  return parseOptions(benchOptionsSchema, addOptions(command, benchOptionsSchema).parse().opts());
}

function chosen({ only }: BenchOptions): readonly Part[] {
  if (only === undefined) return parts;
  return only.split(",").map((name) => {
    const part = parts.find((candidate) => candidate.name === name);
    if (part) return part;
    const names = parts.map((candidate) => candidate.name).join(", ");
    throw new UserError("unknown_part", `There is no part "${name}": there are ${names}.`);
  });
}

async function measure(part: Part, options: BenchOptions): Promise<PartResult> {
  const { name, title } = part;
  const before = calibrate();
  try {
    const figures = await part.run({ options });
    const after = calibrate();
    return { name, title, figures, calibration: before.least < after.least ? before : after };
  } catch (error) {
    // What the other parts have measured is worth having all the same.
    if (!(error instanceof CannotRun)) {
      console.error(error);
      process.exitCode = 1;
    }
    const absent = error instanceof Error ? error.message : String(error);
    return { name, title, figures: [], absent, calibration: before };
  }
}

function machine(): string {
  const [cpu] = os.cpus();
  const load = os.loadavg().map((value) => value.toFixed(1));
  return `${os.cpus().length} x ${cpu?.model ?? "unknown"}, Node ${process.version}, load ${load.join(" ")}`;
}
