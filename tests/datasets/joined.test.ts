import { describe, expect, test } from "vitest";
import { datasetShares, joinDatasets } from "../../datasets/joined.ts";
import { syntheticDataset } from "../../datasets/synthetic.ts";

const counts = { train: 3, validation: 2 };
const sets = [syntheticDataset(1, 16, counts), syntheticDataset(2, 16, counts)];
const shares = [
  { name: "one", weight: 1 },
  { name: "other", weight: 2 },
];

describe("joined data sets", () => {
  const joined = joinDatasets(sets, shares);

  test("keep their images in order, set by set, under ids that cannot collide", () => {
    expect(joined.splits.train).toHaveLength(6);
    expect(new Set(joined.splits.train.map(({ id }) => id)).size).toBe(6);
    expect(joined.splits.train.map((image) => joined.setOf(image).name)).toEqual([
      ...["one", "one", "one"],
      ...["other", "other", "other"],
    ]);
    expect(joined.splits.validation[2]?.id).toBe(`other/${sets[1]?.splits.validation[0]?.id}`);
    expect(joined.name).toBe("one + other");
  });

  test("know the set of an image that lost captions to a rule", () => {
    const [image] = joined.splits.train;
    const less = image?.withCaptions(["a red square"]);
    expect(less && joined.setOf(less)).toBe(shares[0]);
  });

  test("keep an image that is in two splits one image", () => {
    const [set] = sets;
    if (set === undefined) throw new Error("there is no data set");
    const [image] = set.splits.train;
    const splits = { ...set.splits, validation: image ? [image] : [] };
    const { train, validation } = joinDatasets([{ ...set, splits }], shares.slice(0, 1)).splits;
    expect(validation[0]).toBe(train[0]);
  });

  test("keep the name and the ids that a single data set has", () => {
    const single = joinDatasets(sets.slice(0, 1), shares.slice(0, 1));
    expect(single.name).toBe(sets[0]?.name);
    expect(single.splits.train.map(({ id }) => id)).toEqual(
      sets[0]?.splits.train.map(({ id }) => id),
    );
  });
});

describe("the names and weights of data sets", () => {
  test("are the folders' names and 1, unless they are given", () => {
    expect(datasetShares(["data/Flickr 8k", "data/coco"], {})).toEqual([
      { name: "flickr-8k", weight: 1 },
      { name: "coco", weight: 1 },
    ]);
    const given = { weight: [1, 0.5], style: ["a", "b"] };
    expect(datasetShares(["x", "y"], given)).toEqual([
      { name: "a", weight: 1 },
      { name: "b", weight: 0.5 },
    ]);
  });

  test.each([
    ["the same folder twice", ["data/coco", "./data/coco/"], {}, /named twice/],
    ["two folders of one name", ["a/coco", "b/coco"], {}, /called "coco".*--style/],
    ["fewer weights than sets", ["a", "b"], { weight: [2] }, /--weight is given 1 times for 2/],
    ["more styles than sets", ["a"], { style: ["a", "b"] }, /--style is given 2 times for 1/],
  ])("are refused for %s", (_, folders, asked, message) => {
    expect(() => datasetShares(folders, asked)).toThrow(
      expect.objectContaining({
        code: "conflicting_options",
        message: expect.stringMatching(message),
      }),
    );
  });
});
