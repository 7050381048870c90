/**
 * Counts that are the same on every machine, and the budget that limits them.
 *
 * @module
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { writeAtomically } from "../../node/cli/files.ts";
import { counted } from "../../node/cli/numbers.ts";
import { measureApart } from "../measure/child.ts";
import { countBundle } from "./bundle.ts";
import type { CaptionCounts } from "./captions.ts";
import { countScript } from "./script.ts";

const budgetFile = join(import.meta.dirname, "../budget.json");

const countSchema = z.number().nonnegative();

/** All counts; the descriptions are used in messages. */
const countsSchema = z.strictObject({
  scriptBytes: countSchema.describe("the Worker's script, in bytes"),
  scriptGzipBytes: countSchema.describe("the Worker's script, in bytes after gzip"),
  bundleBytes: countSchema.describe("the released bundle, in bytes"),
  largestFileBytes: countSchema.describe("the bundle's largest file, in bytes"),
  encoderNodes: countSchema.describe("ONNX nodes of the encoder"),
  decoderNodes: countSchema.describe("ONNX nodes of the decoder"),
  encoderMultiplyAdds: countSchema.describe("multiply-adds of the encoder"),
  wordMultiplyAdds: countSchema.describe("multiply-adds of one word"),
  runsBesideWords: countSchema.describe("calls of session.run for a caption beside one per word"),
  heapBytes: countSchema.describe("ONNX Runtime's heap after captioning the examples, in bytes"),
});

export type Counts = z.infer<typeof countsSchema>;

/** Counts everything, which takes some seconds. */
export async function countAll(bundle: string): Promise<Counts> {
  const captions = join(import.meta.dirname, "captions.ts");
  return {
    ...(await countScript()),
    ...(await countBundle(bundle)),
    ...(await measureApart<CaptionCounts>(captions, bundle)),
  };
}

/** Reads the largest counts that the tests accept. */
export async function readBudget(): Promise<Counts> {
  return countsSchema.parse(JSON.parse(await readFile(budgetFile, "utf8")));
}

/** Headroom of counts that grow a little with every feature, so that small growth need not be accepted. */
const HEADROOM: Partial<Record<keyof Counts, number>> = {
  scriptBytes: 1.03,
  scriptGzipBytes: 1.03,
};

/** Writes counts, with their headroom, as the new budget. */
export async function writeBudget(counts: Counts): Promise<void> {
  const budget = Object.fromEntries(
    Object.entries(counts).map(([key, value]) => {
      const factor = HEADROOM[key as keyof Counts] ?? 1;
      return [key, Math.ceil(value * factor)];
    }),
  );
  await writeAtomically(budgetFile, `${JSON.stringify(budget, null, 2)}\n`);
}

/** Returns a sentence for each count that exceeds the budget. */
export function overBudget(counts: Counts, budget: Counts): string[] {
  const keys = Object.keys(countsSchema.shape) as (keyof Counts)[];
  return keys
    .filter((key) => counts[key] > budget[key])
    .map((key) => {
      const [was, is] = [budget[key], counts[key]].map(counted);
      return `${countsSchema.shape[key].description}: ${is}, and the budget is ${was}. If the growth is intended, \`npm run bench -- --accept\` writes it to bench/budget.json.`;
    });
}
