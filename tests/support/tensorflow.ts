import { type TestContext, test } from "vitest";
import { loadTensorFlow } from "../../node/tensorflow.ts";

const backend = await loadTensorFlow();

/**
 * TensorFlow as the commands load it: with the native library if that loads, else in pure
 * JavaScript. `EDGE_CAPTION_TFJS=native` makes every file that imports this fail without the library.
 */
export const tf = backend.tf;

/** Whether the native library is in use. */
export const native = backend.native;

/**
 * A test whose promise is about the native library, or that pure JavaScript would take too long for.
 * Without the library it is not run, and the last line of the test run says so.
 *
 * @param milliseconds How long it may take, where the usual time is too short.
 */
export function nativeTest(
  name: string,
  run: (context: TestContext) => Promise<void> | void,
  milliseconds?: number,
): void {
  test(
    name,
    async (context) => {
      context.skip(!native, `the native TensorFlow library is missing: ${backend.reason}`);
      await run(context);
    },
    milliseconds,
  );
}
