import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pureTensorFlow from "@tensorflow/tfjs";
import { expect, test } from "vitest";
import { UserError } from "../../core/errors.ts";
import type { LogEntry } from "../../run-files/log.ts";
import { Summaries } from "../../train/summaries.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { nativeTest, tf } from "../support/tensorflow.ts";

const step = (stage: "frozen" | "fine-tune", number: number): LogEntry => ({
  event: "step",
  stage,
  epoch: 1,
  step: number,
  loss: 0.5,
  rate: 0.001,
  tokensPerSecond: 900,
});

const epoch = (stage: "frozen" | "fine-tune"): LogEntry => ({
  event: "epoch",
  stage,
  epoch: 1,
  loss: 0.5,
  seconds: 2,
  validation: { "CIDEr-D": 0.5 },
  sets: { coco: { "CIDEr-D": 0.5 } },
  best: true,
});

/** The event files of a stage as text: tags are stored as they are. */
function eventsOf(folder: string, stage: string): string {
  const path = join(folder, stage);
  return readdirSync(path)
    .map((name) => readFileSync(join(path, name), "latin1"))
    .join("");
}

nativeTest("the numbers of a log go to event files, a folder for each stage", () => {
  const folder = temporaryFolder();
  const summaries = new Summaries(tf, folder);
  summaries.restart([step("frozen", 1), epoch("frozen")]);
  summaries.write(step("fine-tune", 1));
  summaries.write(epoch("fine-tune"));
  for (const stage of ["frozen", "fine-tune"]) {
    const events = eventsOf(folder, stage);
    for (const tag of [
      "step/loss",
      "step/rate",
      "validation/CIDEr-D",
      "validation, coco/CIDEr-D",
    ]) {
      expect(events, stage).toContain(tag);
    }
  }
});

nativeTest("event files lose what a resumed run's log lost", () => {
  const folder = temporaryFolder();
  // A process has one writer a folder: the files of the run that was stopped are of another.
  mkdirSync(join(folder, "fine-tune"));
  writeFileSync(join(folder, "fine-tune", "events.out.tfevents.1.v2"), "");
  new Summaries(tf, folder).restart([epoch("frozen")]);
  expect(existsSync(join(folder, "fine-tune"))).toBe(false);
  expect(eventsOf(folder, "frozen")).toContain("epoch/training loss");
});

test("event files without the native library are refused in one sentence", () => {
  const refused = () => new Summaries(pureTensorFlow, temporaryFolder());
  expect(refused).toThrow(UserError);
  expect(refused).toThrow(/--summaries needs the native TensorFlow library/);
});
