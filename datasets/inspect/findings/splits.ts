import { alikeImages, type FactsByPath } from "../../cleaning/image-rules.ts";
import { type CaptionedImage, type Dataset, SPLIT_NAMES } from "../../dataset.ts";
import type { Example, Finding } from "../inspection.ts";
import { finding } from "./finding.ts";

/** Reports empty splits, images in several splits and images in no split. */
export function splitFindings(dataset: Dataset, known: FactsByPath): Finding[] {
  const { splits, unassigned } = dataset;
  const empty = (["train", "validation"] as const).filter((name) => splits[name].length === 0);
  return [
    finding(
      "empty_split",
      empty.map((text) => ({ text, images: [] })),
    ),
    finding("shared_between_splits", sharedImages(dataset, known)),
    finding(
      "unassigned_image",
      unassigned.map(({ id }) => ({ text: id, images: [id] })),
    ),
  ];
}

/** Finds images in several splits, and equal images in different splits. */
function sharedImages({ splits }: Dataset, known: FactsByPath): Example[] {
  const splitsOf = new Map<CaptionedImage, string[]>();
  for (const name of SPLIT_NAMES) {
    for (const image of splits[name]) splitsOf.set(image, [...(splitsOf.get(image) ?? []), name]);
  }
  const where = (image: CaptionedImage) => [...new Set(splitsOf.get(image))];
  const images = [...splitsOf.keys()];
  const groups = alikeImages(images, "near", ({ path }) => known.get(path ?? ""));
  const grouped = new Set(groups.flat());
  const alone = images.filter((image) => !grouped.has(image)).map((image) => [image]);
  return [...groups, ...alone]
    .filter((group) => new Set(group.flatMap(where)).size > 1)
    .map((group) => ({
      text: group[0]?.id ?? "",
      note: group.map((image) => `${image.id} in ${where(image).join(" and ")}`).join(", "),
      images: group.map(({ id }) => id),
    }));
}
