import { execFile } from "node:child_process";
import { appendFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { drawKey, uniformDraws } from "../../../core/random-draws.ts";
import { cider, measure, measureNames } from "../../../metrics/index.ts";
import type { RunComparison } from "../../../run-files/compare/index.ts";
import type { LogEntry } from "../../../run-files/log.ts";
import { sharedFolder, temporaryFolder } from "../../support/temporary-folder.ts";
import { type Captions, drawnCaptions, writeRun } from "./run-folders.ts";

// Each test starts a process, which takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const root = join(import.meta.dirname, "../../..");
const folder = sharedFolder();
const images = 300;

const runs = {
  plain: join(folder, "plain"),
  better: join(folder, "better"),
  twin: join(folder, "twin"),
};
const captions = {
  plain: drawnCaptions(images, 0.5, 1),
  better: drawnCaptions(images, 0.7, 2),
  // As good as the plain one, but drawn anew.
  twin: drawnCaptions(images, 0.5, 3),
};

interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function compare(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const file = join(root, "cli/compare.ts");
    execFile(process.execPath, [file, ...args], (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code ?? Number.NaN), stdout, stderr });
    });
  });
}

async function compared(...args: string[]): Promise<RunComparison> {
  const { stdout, stderr } = await compare("--json", ...args);
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

let comparison: RunComparison;

beforeAll(async () => {
  await writeRun(runs.plain, { dropout: 0.4, epochs: 2 }, captions.plain);
  await writeRun(
    runs.better,
    { dropout: 0.2, epochs: 2, tied: true, cache: "else" },
    captions.better,
  );
  await writeRun(runs.twin, { dropout: 0.4, epochs: 2 }, captions.twin);
  comparison = await compared(runs.plain, runs.better, runs.twin);
}, 120_000);

/**
 * An independent paired bootstrap of CIDEr-D: the mean difference over as many images, drawn with
 * replacement, by other draws than the project's.
 */
function independentInterval(first: Captions, second: Captions): [low: number, high: number] {
  const [ours, theirs] = [first, second].map(
    (own) => cider(own.candidates, own.references).perImage,
  );
  const differences = (theirs ?? []).map((score, index) => score - (ours?.[index] ?? 0));
  const means = Array.from({ length: 4000 }, (_, sample) => {
    const draws = uniformDraws(drawKey("independent", sample), differences.length);
    const sum = draws.reduce(
      (total, draw) => total + (differences[Math.floor(draw * differences.length)] ?? 0),
      0,
    );
    return sum / differences.length;
  }).sort((a, b) => a - b);
  return [means[100] ?? Number.NaN, means[3899] ?? Number.NaN];
}

describe("npm run compare", () => {
  test("gives the interval that an independent bootstrap gives", () => {
    const { runs: found } = comparison;
    for (const [index, other] of [captions.better, captions.twin].entries()) {
      const { difference, interval } = found[index + 1]?.sets[0]?.difference?.["CIDEr-D"] ?? {};
      const [low, high] = independentInterval(captions.plain, other);
      // Two bootstraps of some thousand samples differ by a few hundredths of the width.
      const tolerance = 0.1 * (high - low);
      expect(Math.abs((interval?.low ?? Number.NaN) - low)).toBeLessThan(tolerance);
      expect(Math.abs((interval?.high ?? Number.NaN) - high)).toBeLessThan(tolerance);
      const mean = (own: Captions) => cider(own.candidates, own.references).corpus;
      expect(difference).toBeCloseTo(mean(other) - mean(captions.plain), 10);
    }
    const [, better, twin] = found.map(({ sets }) => sets[0]?.difference?.["CIDEr-D"].interval);
    expect(better?.low).toBeGreaterThan(0);
    expect(twin?.low).toBeLessThan(0);
    expect(twin?.high).toBeGreaterThan(0);
  });

  test("lists the differences in the configuration, and nothing else", () => {
    expect(comparison.configuration).toEqual([
      { name: "tied", values: ["false", "true", "false"] },
      { name: "dropout", values: ["0.4", "0.2", "0.4"] },
    ]);
  });

  test("gives each run's measures, best epoch and gap", () => {
    for (const run of comparison.runs) {
      expect(run).toMatchObject({ bestEpoch: "frozen 2", finished: true });
      expect(Object.keys(run.measures)).toEqual(measureNames);
      expect(run.sets).toMatchObject([{ name: "flickr8k", images, measures: run.measures }]);
      expect(run.gap?.gap).toBeCloseTo(0.5, 10);
    }
  });

  test("prints a table that marks certain differences", async () => {
    const { stdout } = await compare(runs.plain, runs.better, runs.twin);
    const lines = stdout.split("\n");
    expect(lines[0]).toBe("What differs in the configuration");
    expect(lines.find((line) => line.startsWith("  dropout"))).toMatch(
      /^ {2}dropout +0\.4 +0\.2 +0\.4$/,
    );
    const below = lines[lines.findIndex((line) => line.startsWith("  CIDEr-D ")) + 1] ?? "";
    expect(below).toMatch(
      /^ +\+\d\.\d{3} \[\+\d\.\d{3}, \+\d\.\d{3}\] \* +[+-]\d\.\d{3} \[-\d\.\d{3}, \+\d\.\d{3}\]$/,
    );
    expect(stdout).toContain("Differences from plain with paired bootstrap intervals of 95 %");
  });

  test("writes a page that loads nothing", async () => {
    const path = join(temporaryFolder(), "comparison.html");
    await compare(runs.plain, runs.better, "--html", path);
    const { document } = parseHTML(readFileSync(path, "utf8"));
    expect(document.querySelectorAll("[src], [href], script, link")).toHaveLength(0);
    const cells = [...document.querySelectorAll("#measures ~ div tbody tr td")].map(
      (cell) => cell.textContent,
    );
    expect(cells.some((cell) => /\+\d\.\d{3} \[\+/.test(cell ?? ""))).toBe(true);
    const drawn = [...document.querySelectorAll("svg")].map((svg) =>
      svg.getAttribute("aria-label"),
    );
    expect(drawn[0]).toMatch(/^Differences from plain on flickr8k with intervals: better \d/);
  });

  test("gives no interval for other images, and says so", async () => {
    const path = join(temporaryFolder(), "fewer");
    await writeRun(path, {}, drawnCaptions(images - 1, 0.7, 2));
    const { runs: found } = await compared(runs.plain, path);
    const [set] = found[1]?.sets ?? [];
    expect(set?.difference).toBeUndefined();
    expect(set?.notCompared).toBe("it was measured on other images or against other references");
  });

  test("takes the logged measures of a run that kept no captions, and says how to get them", async () => {
    const path = join(temporaryFolder(), "older");
    const own = await writeRun(path, {}, captions.better);
    rmSync(own.validationResults);
    const { runs: found } = await compared(runs.plain, path);
    const { corpus } = cider(captions.better.candidates, captions.better.references);
    expect(found[1]?.measures["CIDEr-D"]).toBeCloseTo(corpus, 10);
    expect(found[1]?.sets[0]?.notCompared).toContain(`npm run report -- ${path} writes them again`);
    const { stdout } = await compare(runs.plain, path);
    expect(stdout).toContain("older has no intervals: ");
  });

  test("takes the last measures of a finished run, and the gap between them", async () => {
    const path = join(temporaryFolder(), "measured-again");
    const own = await writeRun(path, {}, captions.better);
    rmSync(own.validationResults);
    const { corpus } = measure(captions.better.candidates, captions.better.references);
    const again = (split: string, cider: number): LogEntry => ({
      event: "measure",
      split,
      images,
      values: { ...corpus, "CIDEr-D": cider },
    });
    const entries = [again("validation", 0.5), again("train-1000", 0.75)];
    appendFileSync(own.log, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
    const { runs: found } = await compared(runs.plain, path);
    expect(found[1]?.measures["CIDEr-D"]).toBe(0.5);
    expect(found[1]?.gap).toEqual({ images, train: 0.75, validation: 0.5, gap: 0.25 });
  });

  test.each<[string, string[], string]>([
    ["too_few_runs", [runs.plain], "name at least two"],
    ["run_not_found", [runs.plain, "/nowhere"], "holds no run"],
  ])("says %s in one line", async (code, args, sentence) => {
    const { status, stderr } = await compare(...args);
    expect(status).toBe(1);
    expect(stderr).toContain(sentence);
    expect(stderr).toMatch(new RegExp(`^error: .*\\[${code}\\]\\n$`));
  });
});
