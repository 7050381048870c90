import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { LogEntry } from "../../run-files/log.ts";
import { DataType, EventSchema, type Summary_ValueSchema } from "./schema/event_pb.ts";

type Value = MessageInitShape<typeof Summary_ValueSchema>;

/** What stands first in every event file. */
export function fileVersion(wallTime: number): Uint8Array {
  const what = { case: "fileVersion", value: "brain.Event:2" } as const;
  return toBinary(EventSchema, create(EventSchema, { wallTime, what }));
}

/**
 * An entry of a run's log as TensorBoard takes it.
 *
 * @param wallTime - in seconds since 1970.
 * @param step - how many steps the run has taken in all its stages.
 * @returns nothing for an entry without a number or a caption.
 */
export function summaryEvent(
  entry: LogEntry,
  wallTime: number,
  step: number,
): Uint8Array | undefined {
  const value = valuesOf(entry);
  if (value.length === 0) return undefined;
  const what = { case: "summary", value: { value } } as const;
  return toBinary(EventSchema, create(EventSchema, { wallTime, step: BigInt(step), what }));
}

function valuesOf(entry: LogEntry): Value[] {
  if (entry.event === "step") {
    const { loss, rate, tokensPerSecond } = entry;
    return scalars("step", { loss, rate, "tokens per second": tokensPerSecond });
  }
  if (entry.event === "epoch") {
    const { loss, seconds, validation, gap } = entry;
    return [
      ...scalars("epoch", { "training loss": loss, seconds }),
      ...scalars("validation", validation),
      ...(gap ? gapValues(gap, validation["CIDEr-D"] ?? 0) : []),
    ];
  }
  if (entry.event === "measure") return scalars(`at the end, ${entry.split}`, entry.values);
  if (entry.event === "samples") {
    return Object.entries(entry.captions).map(([id, caption]) => text(`samples/${id}`, caption));
  }
  return [];
}

function gapValues(
  gap: NonNullable<Extract<LogEntry, { event: "epoch" }>["gap"]>,
  validation: number,
): Value[] {
  const { train } = gap;
  return scalars("gap", {
    "loss of training images": train.loss,
    "loss of validation images": gap.validation.loss,
    "CIDEr-D of training images": train["CIDEr-D"],
    "CIDEr-D above that of validation images": train["CIDEr-D"] - validation,
  });
}

/** TensorBoard groups scalars by what stands before the slash. */
function scalars(group: string, values: Readonly<Record<string, number>>): Value[] {
  return Object.entries(values).map(([name, value]) => ({
    tag: `${group}/${name}`,
    value: { case: "simpleValue", value },
  }));
}

/** A caption: TensorBoard's text dashboard takes tensors of strings. */
function text(tag: string, caption: string): Value {
  const tensor = {
    dtype: DataType.DT_STRING,
    tensorShape: { dim: [{ size: 1n }] },
    stringVal: [new TextEncoder().encode(caption)],
  };
  return {
    tag,
    metadata: { pluginData: { pluginName: "text" } },
    value: { case: "tensor", value: tensor },
  };
}
