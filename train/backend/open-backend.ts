import { loadTensorFlow, type TensorFlow } from "../../node/tensorflow.ts";
import { registerJavaScriptKernels } from "./javascript-kernels.ts";
import { nativeOperations, useNativeOperations } from "./native-operations.ts";
import { portableOperations, type TrainingOperations } from "./operations.ts";

/** What computes a run: the native library, or pure JavaScript with a warning that says how slow. */
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
