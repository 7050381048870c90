import { element } from "./elements.js";

/** Of 255: where nothing was looked at, the picture can still be made out. */
const darkest = 205;

const canvas = element("attention", HTMLCanvasElement);

/**
 * Darkens the picture where the model did not look.
 *
 * @param {import("./service.js").Attention} [attention]
 * @param {number[]} [map] the weight of each region, row by row; without it, the picture is bright
 */
export function lightUp(attention, map) {
  canvas.hidden = !(attention && map);
  if (!attention || !map) return;
  canvas.width = attention.columns;
  canvas.height = attention.rows;
  const context = canvas.getContext("2d");
  if (!context) return;
  const most = Math.max(...map);
  const pixels = context.createImageData(attention.columns, attention.rows);
  for (const [index, weight] of map.entries()) {
    pixels.data[4 * index + 3] = Math.round(darkest * (1 - weight / most));
  }
  context.putImageData(pixels, 0, 0);
}

const places = [
  ["top left", "top", "top right"],
  ["left", "middle", "right"],
  ["bottom left", "bottom", "bottom right"],
];

/**
 * Says in words where the model looked most: at which ninth of the picture.
 *
 * @param {import("./service.js").Attention} attention
 * @param {number[]} map
 */
export function placeOf({ rows, columns }, map) {
  /** @type {Map<string, number>} */
  const sums = new Map();
  for (const [index, weight] of map.entries()) {
    const third = Math.floor((3 * (Math.floor(index / columns) + 0.5)) / rows);
    const place = places[third]?.[Math.floor((3 * ((index % columns) + 0.5)) / columns)] ?? "";
    sums.set(place, (sums.get(place) ?? 0) + weight);
  }
  const [[most = ""] = []] = [...sums].sort(([, a], [, b]) => b - a);
  return most;
}
