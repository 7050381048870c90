import { existsSync, readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LogEntry } from "../../../run-files/log.ts";
import { EventFiles } from "../../../train/tensorboard/event-files.ts";
import { crc32c, record } from "../../../train/tensorboard/records.ts";
import { fileVersion, summaryEvent } from "../../../train/tensorboard/summaries.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { readEvents, readRecords, scalar, slowCrc32c } from "./read-events.ts";

const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString("hex");

const step: LogEntry = {
  event: "step",
  stage: "frozen",
  epoch: 1,
  step: 3,
  loss: 0.25,
  rate: 0.001,
  tokensPerSecond: 900,
};

describe("CRC-32C", () => {
  test.each<[string, Uint8Array, number]>([
    ["123456789", Buffer.from("123456789"), 0xe3069283],
    ["32 zeros, of RFC 3720", new Uint8Array(32), 0x8a9136aa],
    ["32 ones, of RFC 3720", new Uint8Array(32).fill(255), 0x62a8ab43],
    ["nothing", new Uint8Array(), 0],
  ])("of %s is as published", (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });

  test("is what division bit by bit gives", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(crc32c(bytes)).toBe(slowCrc32c(bytes));
      }),
    );
  });
});

// The bytes below were written by the protobuf classes and the record writer of TensorBoard 2.21.
describe("an event is byte for byte what TensorBoard's own classes write", () => {
  const version = "09000000000000f83f1a0d627261696e2e4576656e743a32";
  const scalars =
    "09000000000000fc3f10032a430a100a09737465702f6c6f7373150000803e0a100a09737465702f72617465156f12833a0a1d0a16737465702f746f6b656e7320706572207365636f6e641500006144";

  test("for the version of the file", () => {
    expect(hex(fileVersion(1.5))).toBe(version);
  });

  test("for the scalars of a step", () => {
    expect(hex(summaryEvent(step, 1.75, 3))).toBe(scalars);
  });

  test("for a caption", () => {
    const captions = { "7.jpg": "a dog on grass" };
    const entry: LogEntry = { event: "samples", stage: "frozen", epoch: 1, captions };
    expect(hex(summaryEvent(entry, 2, 3))).toBe(
      "09000000000000004010032a350a330a0d73616d706c65732f372e6a706742180807120412020801420e6120646f67206f6e2067726173734a080a060a0474657874",
    );
  });

  test("as records, too", () => {
    const records = [version, scalars].map((message) => record(Buffer.from(message, "hex")));
    expect(hex(Buffer.concat(records))).toBe(
      `1800000000000000a37f4b22${version}2a28646c5000000000000000940f9b82${scalars}ff02dc6e`,
    );
  });
});

describe("the event files of a run", () => {
  const at = (stage: string, number: number, second: number): LogEntry => ({
    ...step,
    stage,
    step: number,
    loss: number / 8,
    time: `2026-01-01T00:00:0${second}.500Z`,
  });
  const epoch = (stage: string): LogEntry => ({
    event: "epoch",
    stage,
    epoch: 1,
    loss: 0.5,
    seconds: 2,
    validation: { "CIDEr-D": 0.5, "BLEU-4": 0.25 },
    best: true,
    gap: {
      images: 2,
      train: { loss: 1, "CIDEr-D": 0.75 },
      validation: { loss: 1.25 },
    },
  });
  const log: LogEntry[] = [
    { event: "start", time: "2026-01-01T00:00:00Z", ...start() },
    at("frozen", 1, 1),
    at("frozen", 2, 2),
    epoch("frozen"),
    at("fine-tune", 1, 3),
    epoch("fine-tune"),
  ];

  function start() {
    return { backend: "native", images: 1, captions: 5, validationImages: 2, words: 9 };
  }

  test("say what its log says, a folder a stage, steps counted through", () => {
    const folder = temporaryFolder();
    const files = new EventFiles(folder);
    for (const entry of log) files.write(entry);
    expect(readdirSync(join(folder, "frozen"))).toEqual([
      `events.out.tfevents.1767225601.${hostname()}`,
    ]);
    const events = readEvents(folder);
    const [frozen = [], fineTune = []] = [events.get("frozen"), events.get("fine-tune")];
    expect(frozen[0]?.what).toEqual({ case: "fileVersion", value: "brain.Event:2" });
    expect(scalar(frozen, "step/loss")).toEqual([
      { step: 1, value: 0.125 },
      { step: 2, value: 0.25 },
    ]);
    expect(scalar(fineTune, "step/loss")).toEqual([{ step: 3, value: 0.125 }]);
    expect(scalar(frozen, "validation/CIDEr-D")).toEqual([{ step: 2, value: 0.5 }]);
    expect(scalar(fineTune, "validation/BLEU-4")).toEqual([{ step: 3, value: 0.25 }]);
    const above = "gap/CIDEr-D above that of validation images";
    expect(scalar(frozen, above)).toEqual([{ step: 2, value: 0.25 }]);
    expect(frozen[1]?.wallTime).toBe(Date.parse("2026-01-01T00:00:01.500Z") / 1000);
  });

  test("are the same when they are written anew from the log", () => {
    const [once, again] = [temporaryFolder(), temporaryFolder()];
    const files = new EventFiles(once);
    for (const entry of log) files.write(entry);
    new EventFiles(again).restart(log);
    expect(readEvents(again)).toEqual(readEvents(once));
  });

  test("lose what the log lost, when a run goes on", () => {
    const folder = temporaryFolder();
    const files = new EventFiles(folder);
    for (const entry of log) files.write(entry);
    files.restart(log.slice(0, 2));
    expect(existsSync(join(folder, "fine-tune"))).toBe(false);
    files.write(at("frozen", 2, 4));
    const [frozen = []] = [readEvents(folder).get("frozen")];
    expect(scalar(frozen, "step/loss").map((point) => point.step)).toEqual([1, 2]);
    expect(frozen.filter(({ what }) => what.case === "fileVersion")).toHaveLength(1);
  });

  test("bear the last time that is known, where the log of an older version has none", () => {
    const folder = temporaryFolder();
    const timeless = log.map(
      ({ time, ...entry }): LogEntry =>
        entry.event === "start" ? { ...entry, time: "2026-01-01T00:00:00Z" } : entry,
    );
    new EventFiles(folder).restart(timeless);
    const times = [...readEvents(folder).values()].flat().map(({ wallTime }) => wallTime);
    expect(new Set(times)).toEqual(new Set([Date.parse("2026-01-01T00:00:00Z") / 1000]));
  });

  test("are refused by the reader of these tests when a byte of them is changed", () => {
    const folder = temporaryFolder();
    new EventFiles(folder).restart(log);
    const [name = ""] = readdirSync(join(folder, "frozen"));
    const bytes = readFileSync(join(folder, "frozen", name));
    for (const position of [3, 20, bytes.length - 1]) {
      const damaged = Buffer.from(bytes);
      damaged[position] = (damaged[position] ?? 0) ^ 1;
      expect(() => readRecords(damaged), `byte ${position}`).toThrow();
    }
  });
});
