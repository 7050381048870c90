import { describe, expect, test } from "vitest";
import { openDataset } from "../../../datasets/formats/index.ts";
import { captionsOf, faultCounts, folderOf, ids } from "./support.ts";

describe("COCO's caption annotations", () => {
  const image = (id: number, file_name: string) => ({
    license: 3,
    file_name,
    height: 9,
    width: 9,
    id,
  });
  const annotation = (image_id: number, caption: string) => ({ image_id, id: 1, caption });
  const info = { description: "COCO 2017 Dataset", year: 2017 };
  const train = {
    info,
    licenses: [{ id: 1, name: "CC", captions: ["not a caption"] }],
    images: [image(391895, "000000391895.jpg"), image(522418, "000000522418.jpg")],
    annotations: [
      annotation(391895, "A man with a red helmet on a small moped on a dirt road. "),
      annotation(391895, "Man riding a motor bike on a dirt road."),
      annotation(522418, "A woman wearing a net on her head cutting a cake."),
      annotation(999999, "Nobody knows of what."),
    ],
  };
  const images = [
    "train2017/000000391895.jpg",
    "train2017/000000522418.jpg",
    "val2017/000000391895.jpg",
    "val2017/000000179765.jpg",
  ];

  test.each(["annotations/", ""])(
    "are read from the files in '%s', a split each",
    async (where) => {
      // Annotations before images, and a name that the other split has too.
      const validation = {
        annotations: [annotation(391895, "A black Honda motorcycle.")],
        images: [image(391895, "000000391895.jpg"), image(179765, "000000179765.jpg")],
      };
      const dataset = await openDataset(
        await folderOf(
          {
            [`${where}captions_train2017.json`]: JSON.stringify(train),
            [`${where}captions_val2017.json`]: JSON.stringify(validation),
          },
          images,
        ),
      );
      expect(dataset.format).toBe("coco");
      expect(ids(dataset)).toEqual({
        train: ["train2017/000000391895.jpg", "train2017/000000522418.jpg"],
        validation: ["val2017/000000391895.jpg"],
        test: [],
      });
      expect(captionsOf(dataset)["train2017/000000391895.jpg"]).toEqual([
        "A man with a red helmet on a small moped on a dirt road.",
        "Man riding a motor bike on a dirt road.",
      ]);
      expect(captionsOf(dataset)["val2017/000000391895.jpg"]).toEqual([
        "A black Honda motorcycle.",
      ]);
      expect(faultCounts(dataset)).toEqual({
        "caption line with a malformed id": 1,
        "image without captions": 1,
      });
    },
  );
});
