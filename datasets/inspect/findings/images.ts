import { alikeImages, type FactsByPath } from "../../cleaning/image-rules.ts";
import type { CaptionedImage } from "../../dataset.ts";
import type { ImageFacts } from "../../images/index.ts";
import type { Example, Finding } from "../inspection.ts";
import { finding } from "./finding.ts";
import type { FindingCode } from "./kinds.ts";

/** Returns a note about an image with a fault; undefined for an image without it. */
type Check = (facts: ImageFacts) => string | undefined;

/** Reports faulty images, and equal images. */
export function imageFindings(
  images: readonly CaptionedImage[],
  known: FactsByPath,
  minimumSide: number,
): Finding[] {
  const factsOf = (image: CaptionedImage) => known.get(image.path ?? "");
  const checks: Partial<Record<FindingCode, Check>> = {
    unreadable_image: ({ broken }) => (broken?.kind === "unreadable" ? broken.reason : undefined),
    truncated_image: ({ broken }) => (broken?.kind === "truncated" ? broken.reason : undefined),
    blank_image: ({ seen }) => (seen?.blank ? sizeOf(seen) : undefined),
    small_image: ({ seen }) =>
      seen && Math.min(seen.width, seen.height) < minimumSide ? sizeOf(seen) : undefined,
    greyscale_image: ({ seen }) => (seen?.greyscale && !seen.blank ? "" : undefined),
  };
  const single = Object.entries(checks).map(([code, check]) => {
    const examples = images.flatMap((image) => {
      const facts = factsOf(image);
      const note = facts && check(facts);
      return note === undefined ? [] : [{ text: image.id, ...noted(note), images: [image.id] }];
    });
    return finding(code as FindingCode, examples, { of: images.length });
  });
  const exact = alikeImages(images, "exact", factsOf);
  const near = nearOnly(alikeImages(images, "near", factsOf), exact);
  return [
    ...single,
    finding("duplicate_image", exact.map(groupExample), sizes(exact, images)),
    finding("near_duplicate_image", near.map(groupExample), sizes(near, images)),
  ];
}

/** Returns the groups of similar images without exact copies, which are another finding. */
function nearOnly(
  near: readonly CaptionedImage[][],
  exact: readonly CaptionedImage[][],
): CaptionedImage[][] {
  const copies = new Set(exact.flatMap((group) => group.slice(1)));
  return near
    .map((group) => group.filter((image) => !copies.has(image)))
    .filter(({ length }) => length > 1);
}

function groupExample(group: readonly CaptionedImage[]): Example {
  const [first, ...others] = group.map(({ id }) => id);
  return { text: first ?? "", note: `= ${others.join(", ")}`, images: group.map(({ id }) => id) };
}

/** Counts all but the first image of each group. */
function sizes(groups: readonly CaptionedImage[][], images: readonly CaptionedImage[]) {
  const count = groups.reduce((sum, group) => sum + group.length - 1, 0);
  return { count, of: images.length };
}

function sizeOf({ width, height }: { readonly width: number; readonly height: number }): string {
  return `${width} x ${height}`;
}

function noted(note: string): { note?: string } {
  return note === "" ? {} : { note };
}
