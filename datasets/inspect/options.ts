import { z } from "zod";
import { repeatable } from "../../node/cli/option-flags.ts";
import { cleaningOptions, datasetOptions, styleOptions, vocabularyOptions } from "../options.ts";

/** Every option of `npm run inspect` but `--json`. */
export const inspectOptionsSchema = z.object({
  dataset: repeatable(z.string())
    .optional()
    .describe("folder of a data set, in place of the argument; several times for several sets"),
  ...styleOptions,
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
 * Bounds beyond which lengths and sizes are reported, where no rule sets another bound. Captions of
 * fewer words say little, captions of more are rarely about one image, and images of fewer pixels, a
 * quarter of what backbones see, must be enlarged.
 */
export const NOTICED = { minimumWords: 3, maximumWords: 30, minimumSide: 64 } as const;
