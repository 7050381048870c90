import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { overlay, placeOf } from "../../../run-files/report/attention-map.ts";

const grid = { rows: 7, columns: 7 };
const single = (index: number) =>
  Array.from({ length: 49 }, (_, each) => (each === index ? 0.9 : 0.1 / 48));

/** Returns the opacity of the overlay in the middle of a region, 0 to 255. */
async function hidden(url: string, row: number, column: number): Promise<number> {
  const bytes = Buffer.from(url.replace("data:image/webp;base64,", ""), "base64");
  const { data, info } = await sharp(bytes)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (position: number, size: number) => Math.floor(((position + 0.5) / 7) * size);
  const pixel = at(row, info.height) * info.width + at(column, info.width);
  return data[4 * pixel + 3] ?? Number.NaN;
}

describe("the overlay of an image", () => {
  test.each([
    [0, 0],
    [3, 3],
    [2, 5],
    [6, 6],
  ])(
    "is lifted at row %i, column %i where the word looked, and there only",
    async (row, column) => {
      const url = await overlay(single(7 * row + column), grid);
      expect(await hidden(url, row, column)).toBeLessThan(60);
      expect(await hidden(url, (row + 3) % 7, (column + 4) % 7)).toBeGreaterThan(200);
    },
  );

  test("hides nothing under uniform attention", async () => {
    const url = await overlay(Array(49).fill(1 / 49), grid);
    for (const place of [0, 3, 6]) expect(await hidden(url, place, place)).toBeLessThan(10);
  });

  test("has a few hundred bytes", async () => {
    expect((await overlay(single(24), grid)).length).toBeLessThan(1500);
  });
});

describe("the place of a word's attention", () => {
  test.each([
    [0, "top left"],
    [3, "top centre"],
    [24, "middle centre"],
    [27, "middle right"],
    [42, "bottom left"],
    [48, "bottom right"],
  ])("region %i is %s", (index, name) => {
    expect(placeOf(single(index), grid)).toBe(name);
  });

  test("is described on any grid", () => {
    expect(placeOf([0, 0, 1, 0], { rows: 2, columns: 2 })).toBe("bottom left");
  });
});
