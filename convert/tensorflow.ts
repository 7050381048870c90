import type * as tensorflow from "@tensorflow/tfjs";

/** Any build of TensorFlow.js. The caller passes it, so that a program has one copy. */
export type TensorFlow = typeof tensorflow;
