import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { UserError } from "../core/errors.ts";
import { vocabularySchema } from "../core/vocabulary.ts";
import { writeAtomically } from "../node/cli/files.ts";
import { type RunConfig, readRunConfig, runConfigSchema } from "./config.ts";
import { readRunFile } from "./json-file.ts";
import { runNetworkSchema } from "./network.ts";
import type { RunFolder } from "./run-folder.ts";

/** The files that describe a run, written before it trains. */
export interface RunDescription {
  /** `config.json` */
  readonly config: z.input<typeof runConfigSchema>;
  /** `network.json` */
  readonly network: z.input<typeof runNetworkSchema>;
  /** `vocabulary.json`: tokens in the order of their ids. */
  readonly vocabulary: readonly string[];
}

/** Writes the description of a new run into its folder. */
export async function describeRun(folder: RunFolder, description: RunDescription): Promise<void> {
  const pretty = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
  await writeAtomically(folder.vocabulary, `${JSON.stringify(description.vocabulary)}\n`);
  await writeAtomically(folder.network, pretty(description.network));
  await writeAtomically(folder.config, pretty(description.config));
}

/**
 * Checks that a resumed run finds the data, the backbone and the network that it began with.
 *
 * @throws {UserError} `run_changed`, `run_invalid`
 */
export async function checkDescription(
  folder: RunFolder,
  { config, network, vocabulary }: RunDescription,
): Promise<void> {
  const before = await readRunConfig(folder);
  const now: RunConfig = runConfigSchema.parse(config);
  const pairs: [what: string, then: unknown, now: unknown][] = [
    ["data set", before.dataset, now.dataset],
    ["backbone", before.backbone, now.backbone],
    ["vocabulary", await readRunFile(folder.vocabulary, vocabularySchema), vocabulary],
    [
      "network",
      await readRunFile(folder.network, runNetworkSchema),
      runNetworkSchema.parse(network),
    ],
  ];
  const changed = pairs.find(([, then, now]) => !isDeepStrictEqual(toJson(then), toJson(now)));
  if (changed === undefined) return;
  throw new UserError(
    "run_changed",
    `The ${changed[0]} is not the one that ${folder.path} began with: restore it, or begin a new run.`,
  );
}

/** Drops what JSON does not keep, such as undefined fields. */
function toJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
