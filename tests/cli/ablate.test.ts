import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { chosenOptions } from "../../run-files/recipes.ts";
import { sameOptions, variantOptions, variants } from "../../train/ablation/variants.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { nativeTest } from "../support/tensorflow.ts";

const main = new URL("../../cli/ablate.ts", import.meta.url).pathname;

interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function ablate(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [main, ...args], (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code ?? Number.NaN), stdout, stderr });
    });
    onTestFinished(() => void child.kill());
  });
}

const full = chosenOptions({ recipe: "flickr8k", dataset: "data", joint: 2 });

describe("the variants", () => {
  test("differ from the recipe of the released model and from each other", () => {
    const all = variants.map((variant) => variantOptions(variant, full));
    for (const [index, options] of all.entries()) {
      expect(options, variants[index]?.name).toBeDefined();
      const twins = all.filter((other) => other && options && sameOptions(other, options));
      expect(twins, variants[index]?.name).toHaveLength(1);
    }
  });

  test("train as many epochs as the full recipe", () => {
    const epochs = ({ epochs, fineTune, selfCritical, joint }: typeof full) =>
      epochs + fineTune + selfCritical + joint;
    for (const variant of variants) {
      expect(epochs(variantOptions(variant, full) ?? full), variant.name).toBe(epochs(full));
    }
  });

  test("are skipped if the full recipe lacks their remedy", () => {
    const bare = { ...full, dropout: 0, selfCritical: 0, joint: 0 };
    const without = variants.filter((variant) => variantOptions(variant, bare) === undefined);
    expect(without.map(({ name }) => name)).toEqual(["no-dropout", "no-self-critical", "no-joint"]);
  });
});

const tiny = [
  ["--synthetic-images", "24"],
  ["--epochs", "1"],
  ["--fine-tune", "1"],
  ["--units", "8"],
  ["--dropout", "0.2"],
].flat();

describe("npm run ablate", () => {
  nativeTest(
    "trains the chosen runs once, resumes stopped ones, and compares",
    async () => {
      const out = temporaryFolder();
      const flags = [...tiny, "--cache", join(out, "cache"), "--out", out];
      const log = join(out, "no-dropout", "log.jsonl");

      const first = await ablate(...flags, "--only", "full,no-dropout");
      expect(first.status).toBe(0);
      expect(first.stdout).toMatch(/^ {2}dropout +0\.2 +0$/m);
      expect(first.stdout).toMatch(
        /^ {2}CIDEr-D +\d\.\d{3} +\d\.\d{3}\n +[+-]?\d\.\d{3} \[[+-]?\d\.\d{3}, [+-]?\d\.\d{3}\]/m,
      );
      expect(first.stdout).toContain("  no-weight-decay (without weight decay): not chosen\n");
      const finished = await readFile(log, "utf8");

      const again = await ablate(...flags, "--only", "full,no-dropout");
      expect(again.stdout).toBe(first.stdout);
      expect(again.stderr).not.toContain("no-dropout");
      expect(await readFile(log, "utf8")).toBe(finished);

      const lines = finished.split("\n").filter((line) => line !== "");
      const stopped = lines.filter((line) => !line.includes('"event":"measure"'));
      await writeFile(log, stopped.map((line) => `${line}\n`).join(""));
      const dry = await ablate(...flags, "--dry");
      expect(dry.stdout).toContain("  no-dropout (without dropout): not finished");
      const resumed = await ablate(...flags, "--only", "no-dropout", "--json");
      expect(resumed.stderr).toContain("no-dropout: without dropout (begun)");
      expect((await readFile(log, "utf8")).match(/"event":"epoch"/g)).toHaveLength(2);
      const { runs, missing } = JSON.parse(resumed.stdout);
      expect(runs).toMatchObject([
        { path: join(out, "full"), finished: true },
        { path: join(out, "no-dropout"), finished: true },
      ]);
      expect(missing).toContainEqual({
        name: "no-weight-decay",
        title: "without weight decay",
        reason: "not chosen",
      });
      const logged = lines
        .map((line) => JSON.parse(line))
        .find((entry) => entry.event === "measure");
      expect(runs[1].measures["CIDEr-D"]).toBeCloseTo(logged.values["CIDEr-D"], 10);

      const other = await ablate(...flags, "--seed", "2", "--only", "full");
      expect(other.status).toBe(1);
      expect(other.stderr).toMatch(
        /^error: .* holds a run with other options .*\[run_differs\]\n$/,
      );
    },
    300_000,
  );

  test("refuses an unknown run in one line", async () => {
    const { status, stderr } = await ablate("--only", "full,nonsense");
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: --only: unknown run "nonsense"; .*\[unknown_run\]\n$/);
  });
});
