import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type LogEntry, RunLog, readLog } from "../../run-files/log.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const step: LogEntry = {
  event: "step",
  stage: "frozen",
  epoch: 1,
  step: 1,
  loss: 5,
  rate: 0.001,
  tokensPerSecond: 600,
};

describe("a run's log", () => {
  test("is read while a line is being written", async () => {
    const path = join(temporaryFolder(), "log.jsonl");
    new RunLog(path).write(step);
    appendFileSync(path, '{"event":"step","stage":"fro');
    expect(await readLog(path)).toMatchObject([step]);
  });

  test("keeps the wanted entries, and no incomplete line", async () => {
    const path = join(temporaryFolder(), "log.jsonl");
    const log = new RunLog(path);
    log.write(step);
    log.write({ ...step, step: 2 });
    appendFileSync(path, '{"event"');
    await log.keep((entry) => entry.event === "step" && entry.step === 1);
    expect(readFileSync(path, "utf8").match(/\n/g)).toHaveLength(1);
    expect(await readLog(path)).toMatchObject([step]);
  });

  test("with a stage of another version is refused, and the line is named", async () => {
    const path = join(temporaryFolder(), "log.jsonl");
    const lines = [step, { ...step, stage: "thawed" }].map((entry) => JSON.stringify(entry));
    writeFileSync(path, lines.join("\n"));
    await expect(readLog(path)).rejects.toMatchObject({
      code: "run_invalid",
      message: expect.stringMatching(/^Line 2 of .*log\.jsonl .*"stage"/),
    });
  });
});
