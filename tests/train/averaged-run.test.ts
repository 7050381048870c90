import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import { writeBundle } from "../../convert/bundle.ts";
import { commandSchema } from "../../convert/command.ts";
import { parseOptions } from "../../node/cli/option-flags.ts";
import { compareRuns, openRuns } from "../../run-files/compare/index.ts";
import { readLog } from "../../run-files/log.ts";
import { sharedFolder } from "../support/temporary-folder.ts";
import { train } from "./command.ts";

const MINUTES = 60_000;
const folder = sharedFolder();
const [first, second] = [join(folder, "first"), join(folder, "second")];
const images = [
  ["--synthetic-images", "160"],
  ["--maximum-length", "8"],
  ["--gap-images", "10"],
  ["--cache", join(folder, "cache")],
].flat();
const sizes = [
  ["--image-size", "16"],
  ["--units", "16"],
  ["--embedding-size", "8"],
  ["--feature-size", "16"],
].flat();
/** Rates that ruin the captioner. */
const harm = ["--fine-tune", "1", "--fine-tune-rate", "3", "--backbone-rate", "3"];
const noEpochs = ["--epochs", "0", "--fine-tune", "0"];

const logOf = (run: string) => readLog(join(run, "log.jsonl"));

async function entriesOf(run: string, event: string) {
  return (await logOf(run)).filter((entry) => entry.event === event);
}

function weightsOf(run: string, model: "encoder" | "decoder"): Float32Array {
  return new Float32Array(new Uint8Array(readFileSync(join(run, model, "weights.bin"))).buffer);
}

/** Checks that a run saved the mean of some others' weights. */
function expectMean(run: string, others: readonly string[]): void {
  for (const model of ["encoder", "decoder"] as const) {
    const all = others.map((other) => weightsOf(other, model));
    const expected = weightsOf(run, model).map(
      (_, at) => all.reduce((sum, weights) => sum + (weights[at] ?? Number.NaN), 0) / all.length,
    );
    expect(weightsOf(run, model), model).toEqual(expected);
  }
}

beforeAll(async () => {
  const runs = [
    ["--out", first, "--fine-tune", "3"],
    ["--out", second, "--fine-tune", "3", "--fine-tune-rate", "1e-3"],
  ];
  for (const options of runs) {
    const { status, stderr } = await train(...images, ...sizes, ...options);
    expect(status, stderr).toBe(0);
  }
}, 5 * MINUTES);

test(
  "a run without epochs measures and saves the mean of two captioners, ready to convert",
  async () => {
    const run = join(folder, "mean");
    const from = ["--from", first, "--from", second];
    const { status, stdout, stderr } = await train(...images, ...from, ...noEpochs, "--out", run);
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/^start: validation CIDEr-D \d\.\d{4}, BLEU-4 \d\.\d{4}$/m);
    expectMean(run, [first, second]);
    expect(await entriesOf(run, "step")).toEqual([]);
    const [initial] = await entriesOf(run, "initial");

    const bundle = join(folder, "bundle");
    await writeBundle(run, bundle, parseOptions(commandSchema, {}));
    const manifest = JSON.parse(readFileSync(join(bundle, "manifest.json"), "utf8"));
    expect(manifest.provenance).toMatchObject({ epochs: 0, backbone: { fineTuned: true } });
    const [validation] = manifest.metrics;
    expect(initial).toMatchObject({ validation: validation.values });

    const compared = compareRuns(await openRuns([first, run]));
    expect(compared.runs[1]).toMatchObject({ bestEpoch: "start", finished: true });
    expect(readFileSync(join(run, "report.html"), "utf8")).toContain(
      "No epoch was better, so the run keeps it.",
    );
    expect((await train("--resume", run)).status).toBe(0);
    expect(await entriesOf(run, "initial")).toEqual([initial]);
  },
  5 * MINUTES,
);

test(
  "a run keeps its start when training only does harm",
  async () => {
    const run = join(folder, "harmed");
    const { status, stdout, stderr } = await train(
      ...[...images, "--from", first, ...harm, "--out", run],
    );
    expect(status, stderr).toBe(0);
    expect(stdout).toContain("no epoch is better than the start, which is saved\n");
    const [initial] = await entriesOf(run, "initial");
    const [epoch] = await entriesOf(run, "epoch");
    const [measured] = await entriesOf(first, "measure");
    expect(epoch).toMatchObject({ stage: "fine-tune", epoch: 1, best: false });
    expect(initial).toMatchObject({ validation: measured?.event === "measure" && measured.values });
    expect(epoch).not.toMatchObject({
      validation: measured?.event === "measure" && measured.values,
    });
    expectMean(run, [first]);
    const report = readFileSync(join(run, "report.html"), "utf8");
    expect(report).toContain('<th scope="row">start');
  },
  5 * MINUTES,
);

test(
  "a run that chooses the last epoch saves it, although training only does harm",
  async () => {
    const run = join(folder, "last");
    const { status, stdout, stderr } = await train(
      ...[...images, "--from", first, ...harm, "--choose-by", "last", "--out", run],
    );
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/^fine-tune 1\/1: .*best so far$/m);
    const [epoch] = await entriesOf(run, "epoch");
    const [measured] = await entriesOf(run, "measure");
    expect(epoch).toMatchObject({ validation: measured?.event === "measure" && measured.values });
    expect(weightsOf(run, "decoder")).not.toEqual(weightsOf(first, "decoder"));
  },
  5 * MINUTES,
);

/** Kills a process once its run has logged a step. */
async function killAfterStep(child: ChildProcess, run: string): Promise<void> {
  const exit = new Promise((resolve) => child.once("exit", resolve));
  const hasStep = () => /"event":"step"/.test(readFileSync(join(run, "log.jsonl"), "utf8"));
  while (child.exitCode === null && !(existsSync(join(run, "log.jsonl")) && hasStep())) {
    await sleep(2);
  }
  child.kill("SIGKILL");
  expect(await exit, "the run ended before it could be killed").toBeNull();
}

test(
  "a run that was killed in its first epoch is resumed without measuring its start again",
  async () => {
    const run = join(folder, "killed");
    const main = join(import.meta.dirname, "../../cli/train.ts");
    const options = [...images, "--from", first, "--fine-tune", "1", "--out", run];
    await killAfterStep(spawn(process.execPath, [main, ...options], { stdio: "ignore" }), run);
    const initial = await entriesOf(run, "initial");
    expect(initial).toHaveLength(1);
    // An older version wrote a single text.
    const config = JSON.parse(readFileSync(join(run, "config.json"), "utf8"));
    expect(config.options.from).toEqual([first]);
    config.options.from = first;
    writeFileSync(join(run, "config.json"), JSON.stringify(config));
    const { status, stdout, stderr } = await train("--resume", run);
    expect(status, stderr).toBe(0);
    expect(stdout).not.toContain("start: ");
    expect(await entriesOf(run, "initial")).toEqual(initial);
    expect(await entriesOf(run, "epoch")).toHaveLength(1);
    expect(await entriesOf(run, "step")).toHaveLength(160 / 16);
  },
  5 * MINUTES,
);
