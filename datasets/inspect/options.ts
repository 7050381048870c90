import { z } from "zod";
import { cleaningOptions, datasetOptions, vocabularyOptions } from "../options.ts";

export const inspectOptionsSchema = z.object({
  html: z
    .string()
    .min(1)
    .optional()
    .describe("write the report to this file, as one page for people"),
  ...datasetOptions,
  ...vocabularyOptions,
  ...cleaningOptions,
});

/** `--json` alone prints on standard output, `--json FILE` writes a file. */
export const jsonOptionSchema = z.union([z.literal(true), z.string().min(1)]).optional();

export type InspectOptions = z.infer<typeof inspectOptionsSchema>;

/**
 * From where on the report takes note of lengths and sizes, where no rule names another bound. A
 * caption of fewer words says little, one of more is rarely about one picture; fewer pixels than a
 * quarter of what backbones see are blown up.
 */
export const noticed = { minimumWords: 3, maximumWords: 30, minimumSide: 64 } as const;
