import { describe, expect, test } from "vitest";
import { openDataset } from "../../../datasets/formats/index.ts";
import { captionsOf, failure, folderOf } from "./support.ts";

describe("the layout", () => {
  const token = "dog.jpg#0\tfrom the token file\n";
  const csv = "image,caption\ndog.jpg,from the table\n";

  test("is printed with the other layouts of the folder", async () => {
    const folder = await folderOf(
      {
        "Flickr8k.token.txt": token,
        "captions.txt": csv,
        "Flickr_8k.trainImages.txt": "dog.jpg\n",
      },
      ["Images/dog.jpg"],
    );
    const { found, splits } = await openDataset(folder);
    expect(found).toBe(
      "layout flickr; captions in Flickr8k.token.txt; 1 image in Images; " +
        "splits by Flickr_8k.trainImages.txt; also there: flickr8k-csv (choose with --format)",
    );
    expect(splits.train[0]?.captions).toEqual(["from the token file"]);
  });

  test("can be chosen by its name", async () => {
    const folder = await folderOf({ "Flickr8k.token.txt": token, "captions.txt": csv }, [
      "Images/dog.jpg",
    ]);
    const chosen = await openDataset(folder, "flickr8k-csv");
    expect(captionsOf(chosen)).toEqual({ "dog.jpg": ["from the table"] });
    expect(await failure(openDataset(folder, "coco"))).toMatchObject({
      code: "no_captions",
      message: expect.stringContaining("captions_train2017.json"),
    });
  });

  test("of an unknown folder is refused with the known layouts", async () => {
    const { code, message } = await failure(openDataset(await folderOf({}, ["dog.jpg"])));
    expect(code).toBe("no_captions");
    for (const name of ["Flickr8k.token.txt", "results.csv", "captions.txt", "dataset_coco.json"]) {
      expect(message).toContain(name);
    }
  });
});
