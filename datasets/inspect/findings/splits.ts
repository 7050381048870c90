import { alikeImages, type KnownPictures } from "../../cleaning/picture-rules.ts";
import { type CaptionedImage, type Dataset, SPLIT_NAMES } from "../../dataset.ts";
import type { Example, Finding } from "../inspection.ts";
import { finding } from "./finding.ts";

/** What is wrong with the splits: nothing in them, in several of them, in none. */
export function splitFindings(dataset: Dataset, pictures: KnownPictures): Finding[] {
  const { splits, unassigned } = dataset;
  const empty = (["train", "validation"] as const).filter((name) => splits[name].length === 0);
  return [
    finding(
      "empty_split",
      empty.map((text) => ({ text, images: [] })),
    ),
    finding("shared_between_splits", sharedPictures(dataset, pictures)),
    finding(
      "unassigned_image",
      unassigned.map(({ id }) => ({ text: id, images: [id] })),
    ),
  ];
}

/** Pictures of which images in different splits are copies, and images that are in several. */
function sharedPictures({ splits }: Dataset, pictures: KnownPictures): Example[] {
  const splitsOf = new Map<CaptionedImage, string[]>();
  for (const name of SPLIT_NAMES) {
    for (const image of splits[name]) splitsOf.set(image, [...(splitsOf.get(image) ?? []), name]);
  }
  const where = (image: CaptionedImage) => [...new Set(splitsOf.get(image))];
  const images = [...splitsOf.keys()];
  const groups = alikeImages(images, "near", ({ path }) => pictures.get(path ?? ""));
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
