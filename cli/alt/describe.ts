import type { SeenBucketAnswer } from "../../client/index.ts";
import { counted, countOf } from "../../node/cli/numbers.ts";
import { costOfCaptions } from "../deploy/costs.ts";
import type { Findings } from "./crawl.ts";

/** Describes what was found, and what becomes of it. */
export function describeFindings(found: Findings, dryRun: boolean): string {
  const { pages, images, missing, listed, added, broken, isCut } = found;
  return [
    `${countOf(pages, "page")}, ${countOf(images, "image")} on them.`,
    `${countOf(missing.size, "different image")} without alternative text.`,
    ...(listed.size === 0
      ? []
      : [`${listed.size} more in links, buttons or maps: listed for review, never filled in.`]),
    ...broken.map(({ url, reason }) => `Could not visit ${url} (${reason}).`),
    ...(isCut ? ["There are more pages: raise --limit."] : []),
    ...outcome(new Set([...missing, ...listed]).size, added, dryRun),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

/** Describes what becomes of images that were named by their URLs. */
export function describeUrls(
  total: number,
  added: number,
  refused: readonly { readonly url: string; readonly reason: string }[],
  dryRun: boolean,
): string {
  return [
    `${countOf(total, "image")} named.`,
    ...refused.map(({ url, reason }) => `Refused: ${url} (${reason}).`),
    ...outcome(total, added, dryRun),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

/** Describes what a bucket has, and what becomes of it. */
export function describeBucket(
  { objects, images, added }: Pick<SeenBucketAnswer, "objects" | "images" | "added">,
  dryRun: boolean,
): string {
  const news = `${countOf(added, "image")} not known before, or replaced since`;
  return [
    `${countOf(objects, "object")}, ${counted(images)} of them images.`,
    ...(dryRun ? [`${news}.`, ...outcome(added, added, true)] : [`${news}: queued.`]),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

function outcome(images: number, added: number, dryRun: boolean): string[] {
  if (!dryRun) return [`${countOf(added, "image")} queued that had not been known before.`];
  return [
    `A dry run: nothing is queued. To caption ${countOf(images, "image")} costs about $${costOfCaptions(images).toFixed(2)} beyond what the plan includes.`,
  ];
}
