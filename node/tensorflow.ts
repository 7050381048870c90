import util from "node:util";
import type * as tensorflow from "@tensorflow/tfjs";

export type TensorFlow = typeof tensorflow;

export interface TensorFlowBackend {
  readonly tf: TensorFlow;
  /** Whether the native library computes; otherwise pure JavaScript does, about 1,000 times slower. */
  readonly native: boolean;
  /** Why the native library is not used; empty when it is. */
  readonly reason: string;
}

/**
 * Loads TensorFlow.js with its native library, or in pure JavaScript where that cannot be loaded.
 *
 * The environment variable `EDGE_CAPTION_TFJS=cpu` asks for pure JavaScript.
 */
export async function loadTensorFlow(): Promise<TensorFlowBackend> {
  if (process.env["EDGE_CAPTION_TFJS"] === "cpu") {
    return loadPureJavaScript("EDGE_CAPTION_TFJS=cpu asks for it");
  }
  try {
    restoreRemovedUtilities();
    // TensorFlow's own greeting is about compiler flags and would stand between a command's lines.
    process.env["TF_CPP_MIN_LOG_LEVEL"] ??= "2";
    const { default: tf } = await import("@tensorflow/tfjs-node");
    await tf.ready();
    return { tf: tf as unknown as TensorFlow, native: true, reason: "" };
  } catch (error) {
    return loadPureJavaScript(error instanceof Error ? (error.message.split("\n")[0] ?? "") : "");
  }
}

async function loadPureJavaScript(reason: string): Promise<TensorFlowBackend> {
  const tf = await import("@tensorflow/tfjs");
  await tf.setBackend("cpu");
  await tf.ready();
  return { tf, native: false, reason };
}

/** tfjs-node 4.22 calls two functions of `node:util` that Node 23 removed. */
function restoreRemovedUtilities(): void {
  const utilities = util as unknown as Record<string, unknown>;
  utilities["isNullOrUndefined"] ??= (value: unknown) => value === null || value === undefined;
  utilities["isArray"] ??= Array.isArray;
}
