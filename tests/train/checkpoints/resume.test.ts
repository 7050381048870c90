import { type ChildProcess, execFile, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { sharedFolder } from "../../support/temporary-folder.ts";

const root = join(import.meta.dirname, "../../..");
const folder = sharedFolder();
// The smallest run with several steps an epoch: pure JavaScript takes long for every drawn caption.
const settings = [
  ["--synthetic-images", "64"],
  ["--maximum-length", "8"],
  ["--samples", "3"],
  ["--epochs", "1"],
  ["--fine-tune", "2"],
  ["--self-critical", "1"],
  ["--joint", "2"],
  ["--batch-size", "16"],
  ["--dropout", "0.3"],
  ["--patience", "9"],
].flat();

interface LogLine {
  readonly event: string;
  readonly stage: string;
  readonly epoch: number;
  readonly step: number;
  readonly loss: number;
  readonly validation: Readonly<Record<string, number>>;
}

const start = (...args: string[]): ChildProcess =>
  spawn(process.execPath, [join(root, "cli/train.ts"), ...args], { cwd: root, stdio: "ignore" });

const ended = (child: ChildProcess) =>
  new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));

const begin = (run: string, ...others: string[]) =>
  start("--out", run, "--cache", join(folder, "cache"), ...settings, ...others);

/** Runs the command to its end. */
function complaint(...args: string[]): Promise<{ status: number; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(root, "cli/train.ts"), ...args], (error, _, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code ?? Number.NaN), stderr });
    });
  });
}

function logOf(run: string): LogLine[] {
  const path = join(run, "log.jsonl");
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  // The last line of a killed run can be incomplete.
  const lines = text.split("\n").slice(0, -1);
  return lines.map((line): LogLine => JSON.parse(line));
}

/** Kills a run, by SIGKILL, as soon as a condition holds. */
async function killWhen(run: string, reached: () => boolean, ...others: string[]): Promise<void> {
  const child = begin(run, ...others);
  const exit = ended(child);
  while (child.exitCode === null && !reached()) await sleep(2);
  child.kill("SIGKILL");
  expect(await exit, "the run ended before it could be killed").toBeNull();
}

const losses = (run: string) =>
  logOf(run)
    .filter(({ event }) => event === "step")
    .map(({ stage, epoch, step, loss }) => ({ at: `${stage} ${epoch}.${step}`, loss }));

const epochs = (run: string) => logOf(run).filter(({ event }) => event === "epoch");

function floats(path: string): Float32Array {
  return new Float32Array(new Uint8Array(readFileSync(path)).buffer);
}

/** The files that describe a run. */
const descriptions = ["config.json", "network.json", "vocabulary.json"];

const describeAll = (run: string) =>
  descriptions.map((name) => readFileSync(join(run, name), "utf8"));

async function resume(run: string): Promise<void> {
  const before = describeAll(run);
  expect(await ended(start("--resume", run))).toBe(0);
  expect(describeAll(run)).toEqual(before);
  expect(logOf(run).filter(({ event }) => event === "start")).toHaveLength(2);
}

function expectSameRun(run: string, other: string): void {
  const [own, reference] = [losses(run), losses(other)];
  expect(own.map(({ at }) => at)).toEqual(reference.map(({ at }) => at));
  for (const [index, { at, loss }] of own.entries()) {
    const expected = reference[index]?.loss ?? Number.NaN;
    expect(Math.abs(loss - expected), at).toBeLessThanOrEqual(
      1e-5 * Math.max(1, Math.abs(expected)),
    );
  }
  expect(epochs(run).map(({ validation }) => validation)).toEqual(
    epochs(other).map(({ validation }) => validation),
  );
  for (const model of ["encoder", "decoder"]) {
    const [ours, theirs] = [run, other].map((path) => floats(join(path, model, "weights.bin")));
    const difference = ours?.map((value, index) => Math.abs(value - (theirs?.[index] ?? 0)));
    expect(Math.max(...(difference ?? [])), model).toBeLessThanOrEqual(1e-5);
    expect(ours).toHaveLength(theirs?.length ?? -1);
  }
}

describe("a run that was killed", () => {
  const whole = join(folder, "whole");

  beforeAll(async () => {
    expect(await ended(begin(whole))).toBe(0);
    expect(epochs(whole)).toHaveLength(6);
  }, 300_000);

  test.each([
    ["fine-tune", 2],
    ["joint", 2],
  ])(
    "in the middle of %s epoch %i is resumed with the same losses",
    async (stage, epoch) => {
      const run = join(folder, `killed-in-${stage}`);
      await killWhen(run, () =>
        logOf(run).some((line) => line.stage === stage && line.epoch === epoch && line.step === 3),
      );
      const done = epochs(run).length;
      await resume(run);
      expectSameRun(run, whole);
      expect(done).toBe(stage === "fine-tune" ? 2 : 5);
    },
    300_000,
  );

  test("while it wrote a checkpoint is resumed with the same losses", async () => {
    const run = join(folder, "killed-in-checkpoint");
    const checkpoints = join(run, "checkpoints");
    await killWhen(
      run,
      () =>
        epochs(run).length >= 1 &&
        existsSync(checkpoints) &&
        readdirSync(checkpoints).some((name) => name.endsWith(".partial")),
    );
    await resume(run);
    expectSameRun(run, whole);
    expect(readdirSync(checkpoints).filter((name) => name.endsWith(".partial"))).toEqual([]);
  }, 300_000);

  test("before its first checkpoint starts again, and logs no step twice", async () => {
    const run = join(folder, "killed-at-once");
    await killWhen(run, () => logOf(run).some(({ step }) => step === 2));
    expect(existsSync(join(run, "checkpoints", "last.bin"))).toBe(false);
    await resume(run);
    expectSameRun(run, whole);
  }, 300_000);

  test("can be converted with the weights of its best epoch", async () => {
    const run = join(folder, "killed-and-converted");
    await killWhen(run, () => epochs(run).length === 2);
    const bundle = join(folder, "bundle");
    const convert = spawn(process.execPath, [join(root, "cli/convert.ts"), run, bundle]);
    expect(await ended(convert)).toBe(0);
    expect(existsSync(join(bundle, "manifest.json"))).toBe(true);
  }, 300_000);

  test("continues to count the epochs without a better one", async () => {
    const impatient = ["--patience", "1", "--fine-tune-rate", "1e-9", "--backbone-rate", "1e-9"];
    const [run, other] = [join(folder, "impatient"), join(folder, "impatient-whole")];
    expect(await ended(begin(other, ...impatient))).toBe(0);
    // Such a learning rate improves nothing: each stage ends after its first epoch without a better one.
    expect(epochs(other).filter(({ stage }) => stage === "fine-tune")).toHaveLength(1);
    await killWhen(run, () => epochs(run).length === 2, ...impatient);
    await resume(run);
    expectSameRun(run, other);
  }, 300_000);

  test("is unchanged when it is resumed after its end", async () => {
    const run = join(folder, "finished");
    cpSync(whole, run, { recursive: true });
    await resume(run);
    expectSameRun(run, whole);
  }, 300_000);
});

describe("a run that cannot be resumed", () => {
  const whole = join(folder, "whole");

  test.each<[string, string, (run: string) => void]>([
    [
      "run_changed",
      "vocabulary",
      (run) =>
        writeFileSync(
          join(run, "vocabulary.json"),
          '["<pad>","<start>","<end>","<unknown>","other"]',
        ),
    ],
    [
      "damaged_checkpoint",
      "last.bin",
      (run) => truncateSync(join(run, "checkpoints/last.bin"), 1000),
    ],
    ["run_not_found", "holds no run", (run) => rmSync(join(run, "config.json"))],
  ])("is refused with %s in one line", async (code, what, damage) => {
    const run = join(folder, `unable-${code}`);
    cpSync(whole, run, { recursive: true });
    damage(run);
    const { status, stderr } = await complaint("--resume", run);
    expect(status).toBe(1);
    expect(stderr).toContain(`[${code}]`);
    expect(stderr).toContain(what);
    expect(stderr.match(/error:/g)).toHaveLength(1);
    expect(stderr).not.toContain("    at ");
  });

  test("with other options names them", async () => {
    const { status, stderr } = await complaint("--resume", whole, "--fine-tune", "9", "--tied");
    expect(status).toBe(1);
    expect(stderr).toContain("leave out --fine-tune --tied. [conflicting_options]");
  });

  test("does not start in the folder of another run", async () => {
    const { status, stderr } = await complaint("--out", whole);
    expect(status).toBe(1);
    expect(stderr).toContain("[run_exists]");
  });
});
