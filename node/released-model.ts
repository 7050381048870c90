import { dirname, join } from "node:path";

/** The folder of the released model. */
export const releasedModel = join(dirname(import.meta.dirname), "model");
