import { z } from "zod";
import { FAULT_KINDS, type FaultCounter } from "../dataset.ts";
import type { DatasetFolder } from "./folder.ts";
import { jsonItems, ownMemory } from "./json-items.ts";
import type { CaptionRecord, ImageFolder, Layout } from "./layout.ts";
import { excerpt } from "./lines.ts";
import { splitOf } from "./table-columns.ts";

/** `captions_train2017.json`: the name holds the split and the folder of its images. */
const CAPTION_FILE = /^captions_(?<images>(?<split>[a-z]+)\d*)\.json$/i;
const CAPTION_FOLDERS = ["annotations", ""];

const imageSchema = z.looseObject({ id: z.union([z.number(), z.string()]), file_name: z.string() });
const annotationSchema = z.looseObject({
  image_id: z.union([z.number(), z.string()]),
  caption: z.string(),
});

/** COCO's caption annotations: a file and an image folder for each split. */
export const coco: Layout = {
  name: "coco",
  expects: "captions_train2017.json and captions_val2017.json, here or in annotations/",
  recognise(folder) {
    const captionFiles = folder.matching(CAPTION_FILE, CAPTION_FOLDERS);
    if (captionFiles.length === 0) return undefined;
    return {
      captionFiles,
      imageFolders: captionFiles.flatMap((file) => imagesOf(folder, file)),
      expectedImageFolders: captionFiles.flatMap((file) => imageFolderNames(file)),
      records: (faults) => annotationRecords(folder, captionFiles, faults),
    };
  },
};

function nameOf(file: string): { images: string; split: string } {
  const name = file.slice(file.lastIndexOf("/") + 1);
  const { images = "", split = "" } = CAPTION_FILE.exec(name)?.groups ?? {};
  return { images, split };
}

function imageFolderNames(file: string): string[] {
  const { images } = nameOf(file);
  return [images, `images/${images}`];
}

/** Prefixes the images with their folder: two splits may have files of the same name. */
function imagesOf(folder: DatasetFolder, file: string): ImageFolder[] {
  const [path] = folder.withImages(imageFolderNames(file));
  return path === undefined ? [] : [{ path, prefix: `${nameOf(file).images}/` }];
}

async function* annotationRecords(
  folder: DatasetFolder,
  files: readonly string[],
  faults: FaultCounter,
): AsyncGenerator<CaptionRecord> {
  for (const file of files) {
    const { images, split } = nameOf(file);
    for await (const { fileName, captions } of joinedImages(folder.at(file), faults)) {
      yield { image: `${images}/${fileName}`, captions, split: splitOf(split) };
    }
  }
}

/** Joins images and annotations, which the file may have in either order. */
async function* joinedImages(path: string, faults: FaultCounter) {
  const fileNames = new Map<number | string, string>();
  const captions = new Map<number | string, string[]>();
  for await (const item of jsonItems(path, ["images", "annotations"])) {
    const annotation = annotationSchema.safeParse(item).data;
    const image = annotation ? undefined : imageSchema.safeParse(item).data;
    if (annotation) listed(captions, annotation.image_id).push(ownMemory(annotation.caption));
    else if (image) fileNames.set(image.id, ownMemory(image.file_name));
    else faults.add(FAULT_KINDS.malformedLine, excerpt(JSON.stringify(item)));
  }
  for (const [id, fileName] of fileNames) {
    yield { fileName, captions: captions.get(id) ?? [] };
    captions.delete(id);
  }
  for (const [id, orphans] of captions) {
    for (const caption of orphans)
      faults.add(FAULT_KINDS.malformedId, excerpt(`${id}: ${caption}`));
  }
}

function listed<Key>(lists: Map<Key, string[]>, key: Key): string[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
