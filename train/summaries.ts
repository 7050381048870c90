import { rmSync } from "node:fs";
import { join } from "node:path";
import type * as tfNode from "@tensorflow/tfjs-node";
import { UserError } from "../core/errors.ts";
import type { TensorFlow } from "../node/tensorflow.ts";
import type { EntryOf, LogEntry, LogListener } from "../run-files/log.ts";

type Writer = ReturnType<typeof tfNode.node.summaryFileWriter>;

/** Most events that a writer buffers, and the longest time that it buffers them, in milliseconds. */
const MAXIMUM_QUEUE = 100;
const FLUSH_INTERVAL = 10_000;

/**
 * Writes the numbers of a run's log as TensorBoard's event files, by the native library.
 *
 * Each stage has a separate folder, because TensorBoard gives each folder a colour. Steps count
 * through all stages. A resumed run writes the files again from what is left of its log.
 */
export class Summaries implements LogListener {
  readonly #tf: Pick<typeof tfNode, "node">;
  readonly #folder: string;
  readonly #writers = new Map<string, Writer>();
  /** The stage, or `start` before the first one. */
  #stage = "start";
  #steps = 0;

  /**
   * @param folder - of the event files; the library allows one writer a folder in a process.
   * @throws {UserError} `native_tensorflow_missing`
   */
  constructor(tf: TensorFlow, folder: string) {
    if (!hasSummaries(tf)) {
      throw new UserError(
        "native_tensorflow_missing",
        "--summaries needs the native TensorFlow library: `npm run tensorflow` prepares it.",
      );
    }
    this.#tf = tf;
    this.#folder = folder;
  }

  restart(entries: readonly LogEntry[]): void {
    rmSync(this.#folder, { recursive: true, force: true });
    for (const entry of entries) this.write(entry);
  }

  write(entry: LogEntry): void {
    if ("stage" in entry) this.#stage = entry.stage;
    if (entry.event === "step") this.#steps++;
    const values = Object.entries(scalarsOf(entry));
    if (values.length === 0) return;
    const writer = this.#writerOf(this.#stage);
    for (const [tag, value] of values) writer.scalar(tag, value, this.#steps);
    // The log's last entries are few and must not wait for the process to end.
    if (entry.event !== "step") writer.flush();
  }

  #writerOf(stage: string): Writer {
    const known = this.#writers.get(stage);
    if (known) return known;
    const folder = join(this.#folder, stage);
    const writer = this.#tf.node.summaryFileWriter(folder, MAXIMUM_QUEUE, FLUSH_INTERVAL);
    this.#writers.set(stage, writer);
    return writer;
  }
}

function hasSummaries(tf: TensorFlow): tf is TensorFlow & Pick<typeof tfNode, "node"> {
  return "node" in tf;
}

/** Returns an entry's numbers by their tags; TensorBoard groups tags by the part before the slash. */
function scalarsOf(entry: LogEntry): Record<string, number> {
  if (entry.event === "step") {
    const { loss, rate, tokensPerSecond } = entry;
    return tagged("step", { loss, rate, "tokens per second": tokensPerSecond });
  }
  if (entry.event === "epoch") {
    const { loss, seconds } = entry;
    return { ...tagged("epoch", { "training loss": loss, seconds }), ...measuredScalars(entry) };
  }
  if (entry.event === "initial") return measuredScalars(entry);
  if (entry.event === "measure") {
    const set = entry.set === undefined ? "" : `, ${entry.set}`;
    return tagged(`at the end, ${entry.split}${set}`, entry.values);
  }
  return {};
}

/** Returns the measures of the start or of an epoch. */
function measuredScalars({
  validation,
  sets = {},
  gap,
}: EntryOf<"epoch"> | EntryOf<"initial">): Record<string, number> {
  const ofSets = Object.entries(sets).map(([name, values]) =>
    tagged(`validation, ${name}`, values),
  );
  const ofGap = gap && {
    "loss of training images": gap.train.loss,
    "loss of validation images": gap.validation.loss,
    "CIDEr-D of training images": gap.train["CIDEr-D"],
  };
  return Object.assign(tagged("validation", validation), ...ofSets, tagged("gap", ofGap ?? {}));
}

function tagged(group: string, values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${group}/${name}`, value]),
  );
}
