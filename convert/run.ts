import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { type Manifest, manifestSchema } from "../core/bundle/manifest.ts";
import { UserError } from "../core/errors.ts";
import { vocabularySchema } from "../core/vocabulary.ts";
import { runFolder } from "../run-files/run-folder.ts";
import type { StageName } from "../run-files/stage-names.ts";

const count = z.int().positive();

const configSchema = z.looseObject({
  options: z.looseObject({ seed: z.int(), recipe: z.string().optional() }),
  command: z.string(),
  dataset: z.looseObject({
    name: z.string(),
    images: count,
    captions: count,
    validationImages: count.optional(),
  }),
  backbone: z.looseObject({
    name: z.string(),
    featureLayer: z.string(),
    sha256: z.string().optional(),
  }),
});

const networkSchema = manifestSchema.pick({
  network: true,
  preparation: true,
  maximumLength: true,
  ngramBlocking: true,
  defaultStyle: true,
});

const epochSchema = z.object({
  event: z.literal("epoch"),
  stage: z.string(),
  validation: z.record(z.string(), z.number()),
  best: z.boolean(),
});

const measureSchema = z.object({
  event: z.literal("measure"),
  split: z.string(),
  images: count,
  values: z.record(z.string(), z.number()),
});

/** The stages of a training that change the backbone. */
const trainsBackbone: ReadonlySet<string> = new Set<StageName>(["fine-tune", "joint"]);

type Epoch = z.infer<typeof epochSchema>;
type Measure = z.infer<typeof measureSchema>;

/** What a training run leaves behind for a bundle. */
export interface Run {
  readonly encoder: string;
  readonly decoder: string;
  /** The encoder's layer that ends its backbone. */
  readonly featureLayer: string;
  readonly vocabulary: readonly string[];
  /** The manifest but for what the conversion adds. */
  readonly about: Pick<
    Manifest,
    | "network"
    | "preparation"
    | "maximumLength"
    | "ngramBlocking"
    | "defaultStyle"
    | "provenance"
    | "metrics"
  >;
}

/**
 * Reads the folder of a run.
 *
 * @throws UserError `run_invalid` for a file that is not there or not what training writes.
 */
export async function readRun(path: string): Promise<Run> {
  const folder = runFolder(path);
  const config = await readJson(folder.config, configSchema);
  const description = await readJson(folder.network, networkSchema);
  const vocabulary = await readJson(folder.vocabulary, vocabularySchema);
  const log = await readLog(folder.log);
  const epochs = ofKind(log, epochSchema);
  const { dataset, backbone, options, command } = config;
  const best = epochs.findLastIndex((epoch) => epoch.best);
  const kept = epochs.slice(0, best + 1);
  return {
    encoder: join(folder.encoder, "model.json"),
    decoder: join(folder.decoder, "model.json"),
    featureLayer: backbone.featureLayer,
    vocabulary,
    about: {
      ...description,
      provenance: {
        dataset: dataset.name,
        images: dataset.images,
        captions: dataset.captions,
        backbone: {
          name: backbone.name,
          fineTuned: kept.some(({ stage }) => trainsBackbone.has(stage)),
          sha256: backbone.sha256,
        },
        command,
        recipe: options.recipe,
        seed: options.seed,
        epochs: kept.length,
      },
      metrics: measured(dataset, kept.at(-1), ofKind(log, measureSchema)),
    },
  };
}

/**
 * What the weights that were saved came to: as they were measured at the end of the run, or, of a run
 * that was stopped before, at the end of their epoch.
 */
function measured(
  { name: dataset, validationImages }: z.infer<typeof configSchema>["dataset"],
  best: Epoch | undefined,
  measures: readonly Measure[],
): Manifest["metrics"] {
  const last = (isWanted: (split: string) => boolean) =>
    measures.findLast(({ split }) => isWanted(split));
  const epoch = best && validationImages !== undefined;
  const validation =
    last((split) => split === "validation") ??
    (epoch && { split: "validation", images: validationImages, values: best.validation });
  // Their distance from the validation's tells how far the network learnt its pictures by heart.
  const training = last((split) => split.startsWith("train"));
  return [validation, training].flatMap((measure) => {
    if (!measure) return [];
    const { split, images, values } = measure;
    return [{ dataset, split, images, decoding: "greedy", values }];
  });
}

/** The entries of the log. A line that a killed process left half written is none. */
async function readLog(path: string): Promise<unknown[]> {
  const lines = (await readText(path)).split("\n");
  return lines.flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
}

function ofKind<T>(log: readonly unknown[], schema: z.ZodType<T>): T[] {
  return log.flatMap((entry) => {
    const parsed = schema.safeParse(entry);
    return parsed.success ? [parsed.data] : [];
  });
}

async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(parse(path, await readText(path)));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UserError(
    "run_invalid",
    `${path} is damaged at "${issue?.path.join(".")}": ${issue?.message}.`,
  );
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new UserError(
      "run_invalid",
      `${dirname(path)} is not the folder of a finished training run: it has no ${basename(path)}.`,
      { cause },
    );
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UserError("run_invalid", `${path} is not JSON.`, { cause });
  }
}
