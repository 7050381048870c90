import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import { type Event, EventSchema } from "../../../train/tensorboard/schema/event_pb.ts";

/** CRC-32C by its definition, bit by bit: long division by the polynomial 0x1EDC6F41, reflected. */
export function slowCrc32c(bytes: Uint8Array): number {
  let remainder = 0xffffffff;
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const lowest = (remainder ^ (byte >>> bit)) & 1;
      remainder = (remainder >>> 1) ^ (lowest === 1 ? 0x82f63b78 : 0);
    }
  }
  return ~remainder >>> 0;
}

function masked(bytes: Uint8Array): number {
  const crc = BigInt(slowCrc32c(bytes));
  const turned = ((crc >> 15n) | (crc << 17n)) & 0xffffffffn;
  return Number((turned + 0xa282ead8n) & 0xffffffffn);
}

/** The messages of a TFRecord file. @throws Error where a checksum is wrong or the file ends early. */
export function readRecords(bytes: Buffer): Uint8Array[] {
  const messages: Uint8Array[] = [];
  let position = 0;
  while (position < bytes.length) {
    const length = Number(bytes.readBigUInt64LE(position));
    const start = position + 12;
    const message = bytes.subarray(start, start + length);
    if (bytes.readUInt32LE(position + 8) !== masked(bytes.subarray(position, position + 8))) {
      throw new Error(`the checksum of the length at ${position} is wrong`);
    }
    if (bytes.readUInt32LE(start + length) !== masked(message)) {
      throw new Error(`the checksum of the message at ${start} is wrong`);
    }
    messages.push(message);
    position = start + length + 4;
  }
  return messages;
}

/** The events of each folder below one, in order. */
export function readEvents(folder: string): Map<string, Event[]> {
  const events = new Map<string, Event[]>();
  for (const stage of readdirSync(folder)) {
    const files = readdirSync(join(folder, stage));
    const messages = files.flatMap((file) => readRecords(readFileSync(join(folder, stage, file))));
    events.set(
      stage,
      messages.map((message) => fromBinary(EventSchema, message)),
    );
  }
  return events;
}

/** The points of a scalar, in order. */
export function scalar(
  events: readonly Event[],
  tag: string,
): { readonly step: number; readonly value: number }[] {
  return events.flatMap(({ step, what }) => {
    const values = what.case === "summary" ? what.value.value : [];
    return values
      .filter((value) => value.tag === tag && value.value.case === "simpleValue")
      .map(({ value }) => ({ step: Number(step), value: Number(value.value) }));
  });
}
