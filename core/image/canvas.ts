import type { Rows, Size } from "./pixels.ts";

/**
 * Puts a picture somewhere on a transparent canvas, as the first frame of an animation may lie.
 * What reaches beyond the canvas is cut off.
 *
 * @param picture with alpha
 */
export function onCanvas(picture: Rows, left: number, top: number, canvas: Size): Rows {
  const { width, height } = canvas;
  if (left === 0 && top === 0 && picture.width === width && picture.height === height) {
    return picture;
  }
  return { width, height, channels: 4, rows: () => canvasRows(picture, left, top, canvas) };
}

function* canvasRows(picture: Rows, left: number, top: number, { width, height }: Size) {
  const shown = 4 * Math.max(0, Math.min(picture.width, width - left));
  const row = new Uint8Array(4 * width);
  for (let y = 0; y < Math.min(top, height); y++) yield row;
  let y = top;
  for (const line of picture.rows()) {
    if (y >= height) return;
    row.set(line.subarray(0, shown), 4 * Math.min(left, width));
    yield row;
    y++;
  }
  row.fill(0);
  for (; y < height; y++) yield row;
}
