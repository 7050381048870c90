import util from "node:util";
import type * as tensorflow from "@tensorflow/tfjs";
import { UserError } from "../core/errors.ts";

export type TensorFlow = typeof tensorflow;

interface TensorFlowBackend {
  readonly tf: TensorFlow;
  /** Whether the native library computes; pure JavaScript trains 15 to 1,000 times slower. */
  readonly native: boolean;
  /** Why the native library is not used; empty when it is. */
  readonly reason: string;
}

/**
 * Loads TensorFlow.js with its native library, or in pure JavaScript where that cannot be loaded.
 *
 * The environment variable `EDGE_CAPTION_TFJS` overrides this: `cpu` selects pure JavaScript, and
 * `native` makes a missing native library an error.
 *
 * @throws {UserError} `native_tensorflow_missing` when it is required and cannot be loaded;
 *   `invalid_setting` when the variable has another value.
 */
export async function loadTensorFlow(): Promise<TensorFlowBackend> {
  const asked = process.env.EDGE_CAPTION_TFJS ?? "";
  if (!["", "cpu", "native"].includes(asked)) {
    throw new UserError("invalid_setting", `EDGE_CAPTION_TFJS is "${asked}", not cpu or native`);
  }
  if (asked === "cpu") return loadPureJavaScript("EDGE_CAPTION_TFJS=cpu asks for pure JavaScript");
  try {
    return { tf: await loadNative(), native: true, reason: "" };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    if (asked === "") return loadPureJavaScript(reason);
    throw new UserError(
      "native_tensorflow_missing",
      `EDGE_CAPTION_TFJS=native requires the native TensorFlow library, which does not load ` +
        `(${reason}); \`npm run tensorflow\` prepares it`,
      { cause: error },
    );
  }
}

async function loadNative(): Promise<TensorFlow> {
  restoreRemovedUtilities();
  // Hides TensorFlow's notice about compiler flags, which would mix with a command's output.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  // TensorFlow enables oneDNN by itself only on processors with AVX512-VNNI. Its other kernels lack
  // dilated depthwise convolutions, and are slower. The library reads this once, when it loads.
  process.env.TF_ENABLE_ONEDNN_OPTS ??= "1";
  const { default: tf } = await import("@tensorflow/tfjs-node");
  await tf.ready();
  return tf as unknown as TensorFlow;
}

async function loadPureJavaScript(reason: string): Promise<TensorFlowBackend> {
  const tf = await import("@tensorflow/tfjs");
  // Only suppresses the advice to install the native library.
  tf.enableProdMode();
  await tf.setBackend("cpu");
  await tf.ready();
  return { tf, native: false, reason };
}

/** tfjs-node 4.22 calls two functions of `node:util` that Node 23 removed, or warns about. */
function restoreRemovedUtilities(): void {
  const utilities: { isNullOrUndefined?: unknown; isArray?: unknown } = util;
  utilities.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  utilities.isArray = Array.isArray;
}
