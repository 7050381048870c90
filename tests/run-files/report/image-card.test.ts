import { expect, test } from "vitest";
import { imageStyle } from "../../../run-files/report/sections/image-card.ts";

const image = (id: string) => ({
  id,
  type: "image/webp",
  bytes: "AAAA",
  words: [],
  attention: [],
});

test("names that differ in a sign or a foreign letter have different classes", () => {
  const ids = ["train/1.jpg", "train-1.jpg", "train_1.jpg", "犬.jpg", "猫.jpg"];
  const classes = imageStyle(ids.map(image)).match(/^\.[\w-]+(?= \{)/gm) ?? [];
  expect(new Set(classes).size).toBe(ids.length);
});
