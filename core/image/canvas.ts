import type { Rows, Size } from "./pixels.ts";

/**
 * Places an image on a transparent canvas, as the first frame of an animation. Cuts off the parts
 * beyond the canvas.
 *
 * @param image - rows of RGBA, `[height, width, 4]`
 * @param left - the column of the canvas where the image begins
 * @param top - the row of the canvas where the image begins
 */
export function onCanvas(image: Rows, left: number, top: number, canvas: Size): Rows {
  const { width, height } = canvas;
  if (left === 0 && top === 0 && image.width === width && image.height === height) {
    return image;
  }
  return { width, height, channels: 4, rows: () => canvasRows(image, left, top, canvas) };
}

function* canvasRows(image: Rows, left: number, top: number, { width, height }: Size) {
  const shown = 4 * Math.max(0, Math.min(image.width, width - left));
  const row = new Uint8Array(4 * width);
  for (let y = 0; y < Math.min(top, height); y++) yield row;
  let y = top;
  for (const line of image.rows()) {
    if (y >= height) return;
    row.set(line.subarray(0, shown), 4 * Math.min(left, width));
    yield row;
    y++;
  }
  row.fill(0);
  for (; y < height; y++) yield row;
}
