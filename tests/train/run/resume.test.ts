import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { sharedFolder } from "../../support/temporary-folder.ts";

const root = join(import.meta.dirname, "../../..");
const folder = sharedFolder();
const settings = [
  ["--synthetic-images", "96"],
  ["--epochs", "1"],
  ["--fine-tune", "2"],
  ["--self-critical", "2"],
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
  spawn(process.execPath, [join(root, "train/main.ts"), ...args], { cwd: root, stdio: "ignore" });

const ended = (child: ChildProcess) =>
  new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));

const begin = (run: string) => start("--out", run, "--cache", join(folder, "cache"), ...settings);

function logOf(run: string): LogLine[] {
  const path = join(run, "log.jsonl");
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  // The last line of a run that is being killed may be half a line.
  const lines = text.split("\n").slice(0, -1);
  return lines.map((line): LogLine => JSON.parse(line));
}

/** Kills a run, as no program can prevent, as soon as something is true of it. */
async function killWhen(run: string, reached: () => boolean): Promise<void> {
  const child = begin(run);
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
}

describe("a run that was killed", () => {
  const whole = join(folder, "whole");

  beforeAll(async () => {
    expect(await ended(begin(whole))).toBe(0);
    expect(epochs(whole)).toHaveLength(5);
  }, 300_000);

  test.each([
    ["fine-tune", 2],
    ["self-critical", 2],
  ])(
    "in the middle of %s epoch %i goes on to the same losses",
    async (stage, epoch) => {
      const run = join(folder, `killed-in-${stage}`);
      await killWhen(run, () =>
        logOf(run).some((line) => line.stage === stage && line.epoch === epoch && line.step === 3),
      );
      const done = epochs(run).length;
      expect(await ended(start("--resume", run))).toBe(0);
      expectSameRun(run, whole);
      expect(done).toBe(stage === "fine-tune" ? 2 : 4);
    },
    300_000,
  );

  test("in the middle of writing a checkpoint goes on to the same losses", async () => {
    const run = join(folder, "killed-in-checkpoint");
    const checkpoints = join(run, "checkpoints");
    await killWhen(
      run,
      () =>
        epochs(run).length >= 1 &&
        existsSync(checkpoints) &&
        readdirSync(checkpoints).some((name) => name.endsWith(".partial")),
    );
    expect(await ended(start("--resume", run))).toBe(0);
    expectSameRun(run, whole);
    expect(readdirSync(checkpoints).filter((name) => name.endsWith(".partial"))).toEqual([]);
  }, 300_000);
});
