import { describe, expect, test } from "vitest";
import { openDataset } from "../../../datasets/formats/index.ts";
import { captionsOf, faultCounts, folderOf, ids } from "./support.ts";

describe("Flickr30k with one results.csv", () => {
  const csv = `image_name| comment_number| comment
1000092795.jpg| 0| Two young guys with shaggy hair look at their hands .
1000092795.jpg| 1| Two young , White males are outside near "many" bushes .
2199200615.jpg| 0| A dog runs across the grass | quickly .
2199200615.jpg| 4   A dog runs across the grass .
nonsense without an image
`;
  const images = ["1000092795.jpg", "2199200615.jpg"];

  test("is read, and its broken line repaired", async () => {
    const folder = await folderOf(
      { "results.csv": csv },
      images.map((name) => `flickr30k_images/${name}`),
    );
    const dataset = await openDataset(folder);
    expect(dataset.format).toBe("flickr30k-csv");
    expect(captionsOf(dataset)).toEqual({
      "1000092795.jpg": [
        "Two young guys with shaggy hair look at their hands .",
        `Two young , White males are outside near "many" bushes .`,
      ],
      "2199200615.jpg": [
        "A dog runs across the grass | quickly .",
        "A dog runs across the grass .",
      ],
    });
    expect(faultCounts(dataset)).toEqual({
      "caption line with a missing separator, which was mended": 1,
      "caption line with a malformed id": 1,
    });
  });

  test("is found in the folders of its archive", async () => {
    const folder = await folderOf(
      {
        "flickr30k_images/results.csv": csv,
        "train.txt": "1000092795\n",
        "val.txt": "2199200615\n",
      },
      images.map((name) => `flickr30k_images/flickr30k_images/${name}`),
    );
    const dataset = await openDataset(folder);
    expect(ids(dataset)).toEqual({
      train: ["1000092795.jpg"],
      validation: ["2199200615.jpg"],
      test: [],
    });
  });
});
