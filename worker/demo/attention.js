import { element } from "./elements.js";

/** The alpha (of 255) of a region with no weight: the image stays recognisable below it. */
const DARKEST = 205;

const canvas = element("attention", HTMLCanvasElement);

/**
 * Darkens the regions of the image that the model did not look at.
 *
 * @param {import("./service.js").Attention} [attention]
 * @param {number[]} [map] the weight of each region, row by row; without it, nothing is darkened
 */
export function showAttention(attention, map) {
  canvas.hidden = !(attention && map);
  if (!attention || !map) return;
  canvas.width = attention.columns;
  canvas.height = attention.rows;
  const context = canvas.getContext("2d");
  if (!context) return;
  const largest = Math.max(...map);
  const pixels = context.createImageData(attention.columns, attention.rows);
  for (const [index, weight] of map.entries()) {
    pixels.data[4 * index + 3] = Math.round(DARKEST * (1 - weight / largest));
  }
  context.putImageData(pixels, 0, 0);
}

const PLACES = [
  ["top left", "top", "top right"],
  ["left", "middle", "right"],
  ["bottom left", "bottom", "bottom right"],
];

/**
 * Returns the ninth of the image that the model looked at most, in words.
 *
 * @param {import("./service.js").Attention} attention
 * @param {number[]} map
 */
export function placeOf({ rows, columns }, map) {
  /** @type {Map<string, number>} */
  const sums = new Map();
  for (const [index, weight] of map.entries()) {
    const third = Math.floor((3 * (Math.floor(index / columns) + 0.5)) / rows);
    const place = PLACES[third]?.[Math.floor((3 * ((index % columns) + 0.5)) / columns)] ?? "";
    sums.set(place, (sums.get(place) ?? 0) + weight);
  }
  const [[largest = ""] = []] = [...sums].sort(([, a], [, b]) => b - a);
  return largest;
}
