import { z } from "zod";
import { formatNames } from "./formats/index.ts";

/** How a data set is read; the same for every command that reads one. */
export const datasetOptions = {
  format: z
    .enum(formatNames)
    .optional()
    .describe(`the data set's layout (default: by its files): ${formatNames.join(", ")}`),
};
