import { describe, expect, test } from "vitest";
import { openDataset } from "../../../datasets/formats/index.ts";
import { captionsOf, failure, faultCounts, folderOf, ids } from "./support.ts";

/** An image as Karpathy's files have it. */
function karpathyImage(filename: string, split: string, captions: string[], filepath?: string) {
  const sentences = captions.map((raw, sentid) => ({
    tokens: raw.split(" "),
    raw,
    imgid: 0,
    sentid,
  }));
  return {
    sentids: [0],
    imgid: 0,
    sentences,
    split,
    filename,
    ...(filepath && { filepath, cocoid: 9 }),
  };
}

describe("Karpathy's splits", () => {
  test("of Flickr8k name files of one folder", async () => {
    const images = [
      karpathyImage("2513260012_03d33305cf.jpg", "train", ["A black dog is running", "Two dogs"]),
      karpathyImage("2903617548_d3e38d7f88.jpg", "val", ["A little baby plays croquet ."]),
      karpathyImage("3338291921_fe7ae0c8f8.jpg", "test", ["", "A brown dog"]),
      karpathyImage("488416045_1c6d903fe0.jpg", "train", ["Its image is missing"]),
    ];
    const dataset = await openDataset(
      await folderOf({ "dataset_flickr8k.json": JSON.stringify({ images, dataset: "flickr8k" }) }, [
        "Flicker8k_Dataset/2513260012_03d33305cf.jpg",
        "Flicker8k_Dataset/2903617548_d3e38d7f88.jpg",
        "Flicker8k_Dataset/3338291921_fe7ae0c8f8.jpg",
      ]),
    );
    expect(dataset.format).toBe("karpathy");
    expect(ids(dataset)).toEqual({
      train: ["2513260012_03d33305cf.jpg"],
      validation: ["2903617548_d3e38d7f88.jpg"],
      test: ["3338291921_fe7ae0c8f8.jpg"],
    });
    expect(captionsOf(dataset)["3338291921_fe7ae0c8f8.jpg"]).toEqual(["A brown dog"]);
    expect(faultCounts(dataset)).toEqual({
      "empty caption": 1,
      "caption of an image that is not there": 1,
    });
  });

  test("of COCO name the folder too, and train on restval", async () => {
    const images = [
      karpathyImage(
        "COCO_val2014_000000391895.jpg",
        "test",
        ["A man with a red helmet"],
        "val2014",
      ),
      karpathyImage("COCO_val2014_000000522418.jpg", "restval", ["A woman cuts a cake"], "val2014"),
      karpathyImage("COCO_train2014_000000057870.jpg", "train", ["A restaurant"], "train2014"),
    ];
    const dataset = await openDataset(
      await folderOf({ "dataset_coco.json": JSON.stringify({ images, dataset: "coco" }) }, [
        "val2014/COCO_val2014_000000391895.jpg",
        "val2014/COCO_val2014_000000522418.jpg",
        "train2014/COCO_train2014_000000057870.jpg",
      ]),
    );
    expect(ids(dataset)).toEqual({
      train: ["val2014/COCO_val2014_000000522418.jpg", "train2014/COCO_train2014_000000057870.jpg"],
      validation: [],
      test: ["val2014/COCO_val2014_000000391895.jpg"],
    });
  });

  test("in a truncated file are refused", async () => {
    const text = JSON.stringify({ images: [karpathyImage("a.jpg", "train", ["A dog"])] });
    const folder = await folderOf({ "dataset_flickr8k.json": text.slice(0, -9) }, ["Images/a.jpg"]);
    expect(await failure(openDataset(folder))).toMatchObject({
      code: "invalid_json",
      message: expect.stringContaining("dataset_flickr8k.json"),
    });
  });
});
