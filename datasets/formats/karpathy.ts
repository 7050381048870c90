import { z } from "zod";
import { FAULT_KINDS, type FaultCounter } from "../dataset.ts";
import { FLICKR_IMAGE_FOLDERS } from "./flickr-layout.ts";
import type { DatasetFolder } from "./folder.ts";
import { jsonItems, ownMemory } from "./json-items.ts";
import type { CaptionRecord, ImageFolder, Layout } from "./layout.ts";
import { excerpt } from "./lines.ts";
import { splitOf } from "./table-columns.ts";

const CAPTION_FILE = /^dataset_.*\.json$/;

/** Folders of COCO's photographs, which each image names. */
const COCO_FOLDERS = ["train2014", "val2014", "train2017", "val2017"];

const imageSchema = z.looseObject({
  filename: z.string().min(1),
  filepath: z.string().optional(),
  split: z.string(),
  sentences: z.array(z.looseObject({ raw: z.string() })),
});

/** Karpathy's splits: `dataset_flickr8k.json`, `dataset_flickr30k.json`, `dataset_coco.json`. */
export const karpathy: Layout = {
  name: "karpathy",
  expects: "dataset_flickr8k.json, dataset_flickr30k.json or dataset_coco.json",
  recognise(folder) {
    const [file] = folder.matching(CAPTION_FILE);
    if (file === undefined) return undefined;
    return {
      captionFiles: [file],
      imageFolders: imageFolders(folder),
      expectedImageFolders: [...FLICKR_IMAGE_FOLDERS, ...COCO_FOLDERS],
      records: (faults) => imageRecords(folder.at(file), faults),
    };
  },
};

function imageFolders(folder: DatasetFolder): ImageFolder[] {
  const coco = folder
    .withImages(["", "images/"].flatMap((above) => COCO_FOLDERS.map((name) => above + name)))
    .map((path) => ({ path, prefix: `${path.replace("images/", "")}/` }));
  if (coco.length > 0) return coco;
  return folder
    .withImages(FLICKR_IMAGE_FOLDERS)
    .slice(0, 1)
    .map((path) => ({ path, prefix: "" }));
}

async function* imageRecords(path: string, faults: FaultCounter): AsyncGenerator<CaptionRecord> {
  for await (const item of jsonItems(path, ["images"])) {
    const parsed = imageSchema.safeParse(item);
    if (!parsed.success) {
      faults.add(FAULT_KINDS.malformedLine, excerpt(JSON.stringify(item)));
      continue;
    }
    const { filename, filepath, split, sentences } = parsed.data;
    yield {
      image: filepath === undefined ? filename : `${filepath}/${filename}`,
      captions: sentences.map(({ raw }) => ownMemory(raw)),
      split: splitOf(split),
    };
  }
}
