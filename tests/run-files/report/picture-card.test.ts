import { expect, test } from "vitest";
import { pictureStyle } from "../../../run-files/report/sections/picture-card.ts";

const picture = (id: string) => ({
  id,
  type: "image/webp",
  bytes: "AAAA",
  words: [],
  attention: [],
});

test("pictures whose names differ in a sign or a foreign letter are told apart", () => {
  const ids = ["train/1.jpg", "train-1.jpg", "train_1.jpg", "犬.jpg", "猫.jpg"];
  const classes = pictureStyle(ids.map(picture)).match(/^\.[\w-]+(?= \{)/gm) ?? [];
  expect(new Set(classes).size).toBe(ids.length);
});
