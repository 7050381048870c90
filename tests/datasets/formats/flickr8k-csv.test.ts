import { describe, expect, test } from "vitest";
import { openDataset } from "../../../datasets/formats/index.ts";
import { captionsOf, faultCounts, folderOf } from "./support.ts";

describe("Flickr8k with one captions.txt", () => {
  const csv = `image,caption
1000268201_693b08cb0e.jpg,A child in a pink dress is climbing up a set of stairs in an entry way .
1000268201_693b08cb0e.jpg,"A girl , in ""pink"" , going into a wooden building ."
1001773457_577c3a7d70.jpg,A black dog , and a spotted dog are fighting
2258277193_586949ec62.jpg.1,people waiting for the subway
1001773457_577c3a7d70.jpg,
`;

  test("is read as CSV, also with commas in unquoted captions", async () => {
    const dataset = await openDataset(
      await folderOf({ "captions.txt": csv }, [
        "Images/1000268201_693b08cb0e.jpg",
        "Images/1001773457_577c3a7d70.jpg",
      ]),
    );
    expect(dataset.format).toBe("flickr8k-csv");
    expect(captionsOf(dataset)).toEqual({
      "1000268201_693b08cb0e.jpg": [
        "A child in a pink dress is climbing up a set of stairs in an entry way .",
        `A girl , in "pink" , going into a wooden building .`,
      ],
      "1001773457_577c3a7d70.jpg": ["A black dog, and a spotted dog are fighting"],
    });
    expect(faultCounts(dataset)).toEqual({
      "caption line with a malformed id": 1,
      "empty caption": 1,
    });
  });
});
