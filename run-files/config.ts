import { z } from "zod";
import { UserError } from "../core/errors.ts";
import { ruleOutcomeSchema } from "../datasets/cleaning/rules.ts";
import { readRunFile } from "./json-file.ts";
import { trainOptionsSchema } from "./options.ts";
import { holdsRun, type RunFolder } from "./run-folder.ts";

const count = z.int().min(0);

/** Size of one data set of a run. */
export const setSizeSchema = z.object({
  /** Names the set and its style. */
  name: z.string(),
  /** How often an epoch draws each training image. */
  weight: z.number(),
  /** Training images. */
  images: count,
  /** Captions of the training images. */
  captions: count,
  validationImages: count,
});

const faultSchema = z.object({
  kind: z.string(),
  count,
  example: z.string().optional(),
});

/** `config.json`: the options of a run, and the data and the backbone that it began with. */
export const runConfigSchema = z.looseObject({
  options: trainOptionsSchema,
  command: z.string(),
  dataset: z.looseObject({
    name: z.string(),
    images: count,
    captions: count,
    /** Absent in runs of older versions. */
    validationImages: count.optional(),
    faults: z.array(faultSchema).readonly().default([]),
    cleaning: z.array(ruleOutcomeSchema).readonly().default([]),
    /** Absent in runs of older versions, which had one data set. */
    sets: z.array(setSizeSchema).min(1).readonly().optional(),
  }),
  backbone: z.looseObject({
    name: z.string(),
    /** The encoder's layer that ends the backbone. */
    featureLayer: z.string(),
    featureLayers: z.array(z.string()).readonly().optional(),
    sha256: z.string().optional(),
    /** Whether the captioner that the run started from had trained it. */
    fineTuned: z.boolean().optional(),
  }),
});

export type RunConfig = z.infer<typeof runConfigSchema>;

/**
 * Reads the configuration of a run; missing options get their defaults.
 *
 * @throws {UserError} `run_not_found` when the folder holds no run; `run_invalid`
 */
export async function readRunConfig(folder: RunFolder): Promise<RunConfig> {
  if (holdsRun(folder)) return readRunFile(folder.config, runConfigSchema);
  throw new UserError("run_not_found", `${folder.path} holds no run: it has no config.json.`);
}

/** Returns the names of a run's data sets; a run of an older version has one, named as its data. */
export function setNames({ dataset }: Pick<RunConfig, "dataset">): string[] {
  return dataset.sets?.map(({ name }) => name) ?? [dataset.name];
}

/**
 * Reads the configuration of a run that is resumed.
 *
 * @throws {UserError} `run_outdated` when an older version began the run: its vocabulary has no
 *   style tokens, so its checkpoints do not fit the network of this version; and those of
 *   {@link readRunConfig}.
 */
export async function readResumableConfig(folder: RunFolder): Promise<RunConfig> {
  const config = await readRunConfig(folder);
  if (config.dataset.sets) return config;
  throw new UserError(
    "run_outdated",
    `${folder.path} was begun by an older version and cannot be resumed: begin a new run (report, compare and convert still read this one).`,
  );
}
