import type * as tensorflow from "@tensorflow/tfjs";

/** TensorFlow.js, whichever build of it: it is handed in, so that a program has one copy. */
export type TensorFlow = typeof tensorflow;
