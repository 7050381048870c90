/**
 * Counts that do not depend on the machine's mood, and the budget that they are held to.
 *
 * @module
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { writeAtomically } from "../../node/cli/files.ts";
import { measureApart } from "../measure/child.ts";
import { countBundle } from "./bundle.ts";
import type { CaptionCounts } from "./captions.ts";
import { countScript } from "./script.ts";

const budgetFile = join(import.meta.dirname, "../budget.json");

const count = z.number().nonnegative();

/** All counts, with what they are. */
const countsSchema = z.strictObject({
  scriptBytes: count.describe("the Worker's script, in bytes"),
  scriptGzipBytes: count.describe("the Worker's script, in bytes after gzip"),
  bundleBytes: count.describe("the released bundle, in bytes"),
  largestFileBytes: count.describe("the bundle's largest file, in bytes"),
  encoderNodes: count.describe("ONNX nodes of the encoder"),
  decoderNodes: count.describe("ONNX nodes of the decoder"),
  encoderMultiplyAdds: count.describe("multiply-adds of the encoder"),
  wordMultiplyAdds: count.describe("multiply-adds of a word"),
  runsBesideWords: count.describe("calls of session.run for a caption, beside one a word"),
  heapBytes: count.describe("ONNX Runtime's memory after the examples' captions, in bytes"),
});

export type Counts = z.infer<typeof countsSchema>;

/** Counts everything; takes some seconds. */
export async function countAll(bundle: string): Promise<Counts> {
  const captions = join(import.meta.dirname, "captions.ts");
  return {
    ...(await countScript()),
    ...(await countBundle(bundle)),
    ...(await measureApart<CaptionCounts>(captions, bundle)),
  };
}

/** The largest counts that are accepted. */
export async function readBudget(): Promise<Counts> {
  return countsSchema.parse(JSON.parse(await readFile(budgetFile, "utf8")));
}

/** Code grows a little with every feature, and need not be accepted each time. */
const headroom: Partial<Record<keyof Counts, number>> = {
  scriptBytes: 1.03,
  scriptGzipBytes: 1.03,
};

/** Accepts counts as they are. */
export async function writeBudget(counts: Counts): Promise<void> {
  const budget = Object.fromEntries(
    Object.entries(counts).map(([key, value]) => {
      const factor = headroom[key as keyof Counts] ?? 1;
      return [key, Math.ceil(value * factor)];
    }),
  );
  await writeAtomically(budgetFile, `${JSON.stringify(budget, null, 2)}\n`);
}

/** A sentence for each count that is over the budget. */
export function overBudget(counts: Counts, budget: Counts): string[] {
  const keys = Object.keys(countsSchema.shape) as (keyof Counts)[];
  return keys
    .filter((key) => counts[key] > budget[key])
    .map((key) => {
      const [was, is] = [budget[key], counts[key]].map((value) => value.toLocaleString("en"));
      return `${countsSchema.shape[key].description}: ${is}, and ${was} are budgeted. If that is meant, \`npm run bench -- --accept\` writes it to bench/budget.json.`;
    });
}
