import { loadTensorFlow, type TensorFlow } from "../../node/tensorflow.ts";
import { registerJavaScriptKernels } from "./javascript-kernels.ts";
import { nativeOperations, useNativeOperations } from "./native-operations.ts";
import { portableOperations, type TrainingOperations } from "./operations.ts";

/**
 * Loads TensorFlow: the native library, or else pure JavaScript, with a warning about its speed.
 *
 * @returns TensorFlow, the operations of training, and the name of the backend for the log.
 */
export async function openBackend(): Promise<{
  tf: TensorFlow;
  operations: TrainingOperations;
  backend: string;
}> {
  const { tf, native, reason } = await loadTensorFlow();
  if (native) {
    useNativeOperations(tf);
    return { tf, operations: nativeOperations(tf), backend: "native" };
  }
  process.stderr.write(
    `warning: training in pure JavaScript, 15 to 1,000 times slower than natively (${reason})\n`,
  );
  registerJavaScriptKernels(tf);
  return { tf, operations: portableOperations(tf), backend: "pure JavaScript" };
}
