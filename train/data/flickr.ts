import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { UserError } from "../../core/errors.ts";
import {
  type CaptionedImage,
  type Dataset,
  FaultCounter,
  type SplitName,
  splitNames,
} from "./dataset.ts";
import { readPicture } from "./picture.ts";

/** `1000268201_693b08cb0e.jpg#0<TAB>A child in a pink dress ...` */
const captionLine = /^(?<image>.+?\.(?:jpe?g|png|webp))#(?<number>\d+)\t(?<caption>.*)$/i;

const captionFiles = ["Flickr8k.token.txt", "results_20130124.token"] as const;
const imageFolders = [
  "Images",
  "Flicker8k_Dataset",
  "Flickr8k_Dataset",
  "flickr30k-images",
  "flickr30k_images",
];

/** The lists of both releases; Flickr30k's are distributed under several names. */
const splitLists: Record<SplitName, readonly string[]> = {
  train: ["Flickr_8k.trainImages.txt", "Flickr_30k.trainImages.txt", "train.txt"],
  validation: ["Flickr_8k.devImages.txt", "Flickr_30k.devImages.txt", "val.txt"],
  test: ["Flickr_8k.testImages.txt", "Flickr_30k.testImages.txt", "test.txt"],
};

/**
 * Reads a data set in the layout of the Flickr8k and Flickr30k releases.
 *
 * What is wrong with single captions or images is counted and left out: the releases themselves
 * have captions of images that do not exist, and malformed ids.
 *
 * @throws UserError `dataset_not_found`, `no_captions`, `no_images`, `empty_split`
 */
export async function readFlickr(directory: string): Promise<Dataset> {
  const faults = new FaultCounter();
  const files = await listDirectory(directory);
  const captionFile = captionFiles.find((name) => files.has(name));
  if (captionFile === undefined) {
    throw new UserError(
      "no_captions",
      `${directory} has no caption file: expected ${captionFiles.join(" or ")}.`,
    );
  }
  const folder = imageFolders.find((name) => files.has(name));
  if (folder === undefined) {
    throw new UserError(
      "no_images",
      `${directory} has no image folder: expected one of ${imageFolders.join(", ")}.`,
    );
  }
  const captions = await readCaptions(join(directory, captionFile), faults);
  const present = await listDirectory(join(directory, folder));
  const images = joinImages(captions, present, join(directory, folder), faults);
  const splits = await readSplits(directory, files, images, faults);
  return { name: basename(directory), splits, faults: faults.list() };
}

async function listDirectory(path: string): Promise<Set<string>> {
  try {
    return new Set(await readdir(path));
  } catch (cause) {
    throw new UserError("dataset_not_found", `The folder ${path} cannot be read: check the path.`, {
      cause,
    });
  }
}

async function readCaptions(path: string, faults: FaultCounter): Promise<Map<string, string[]>> {
  const captions = new Map<string, string[]>();
  for await (const line of createInterface({ input: createReadStream(path) })) {
    if (line.trim() === "") continue;
    const { image, caption } = captionLine.exec(line)?.groups ?? {};
    if (image === undefined || caption === undefined) {
      faults.add("caption line with a malformed id", line.slice(0, 80));
    } else if (caption.trim() === "") {
      faults.add("empty caption", line);
    } else {
      const list = captions.get(image);
      if (list) list.push(caption.trim());
      else captions.set(image, [caption.trim()]);
    }
  }
  return captions;
}

function joinImages(
  captions: ReadonlyMap<string, readonly string[]>,
  present: ReadonlySet<string>,
  folder: string,
  faults: FaultCounter,
): Map<string, CaptionedImage> {
  const images = new Map<string, CaptionedImage>();
  for (const [id, ofImage] of captions) {
    if (present.has(id)) images.set(id, captionedFile(id, join(folder, id), ofImage));
    else for (const _ of ofImage) faults.add("caption of an image that is not there", id);
  }
  for (const file of present) if (!captions.has(file)) faults.add("image without captions", file);
  return images;
}

/** A picture in a file of its own. */
export function captionedFile(
  id: string,
  path: string,
  captions: readonly string[],
): CaptionedImage {
  return {
    id,
    captions,
    read: () => readPicture(path),
    fingerprint: async () =>
      createHash("sha256")
        .update(await readFile(path))
        .digest("hex"),
  };
}

async function readSplits(
  directory: string,
  files: ReadonlySet<string>,
  images: ReadonlyMap<string, CaptionedImage>,
  faults: FaultCounter,
): Promise<Record<SplitName, CaptionedImage[]>> {
  const splits: Record<SplitName, CaptionedImage[]> = { train: [], validation: [], test: [] };
  for (const split of splitNames) {
    const list = splitLists[split].find((name) => files.has(name));
    if (list === undefined) continue;
    for (const line of (await readFile(join(directory, list), "utf8")).split("\n")) {
      const id = line.trim();
      if (id === "") continue;
      const image = images.get(id) ?? images.get(`${id}.jpg`);
      if (image) splits[split].push(image);
      else faults.add(`image of the ${split} list that has no file or no caption`, id);
    }
  }
  return splits;
}

/** Whether a path is there at all, whatever it is. */
export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
