import type { Pixels } from "../core/image/pixels.ts";
import { drawKey, uniformDraws } from "../core/random-draws.ts";
import type { CaptionedImage, Dataset } from "./dataset.ts";

/** What a synthetic picture shows; everything about it is drawn from these lists. */
const colours = {
  red: [220, 40, 40],
  green: [40, 170, 60],
  blue: [50, 80, 220],
  yellow: [240, 210, 40],
} as const;
const shapes = ["square", "triangle", "ring"] as const;
const backgrounds = { white: [245, 245, 245], black: [20, 20, 20] } as const;

type Colour = keyof typeof colours;
type Shape = (typeof shapes)[number];
type Background = keyof typeof backgrounds;

export interface Scene {
  readonly colour: Colour;
  readonly shape: Shape;
  readonly background: Background;
  /** Centre and half of the shape's side, as fractions of the picture's. */
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

const captionForms = [
  (scene: Scene) => `a ${scene.colour} ${scene.shape} on ${scene.background}`,
  (scene: Scene) => `a ${scene.colour} ${scene.shape} on ${scene.background}`,
  (scene: Scene) => `one ${scene.colour} ${scene.shape} on ${scene.background}`,
];

/** A scene drawn from the lists, a function of the key. */
export function drawScene(key: number): Scene {
  const draws = uniformDraws(key, 6);
  const pick = <T>(list: readonly T[], draw: number): T =>
    list[Math.min(list.length - 1, Math.floor(draw * list.length))] as T;
  const radius = 0.35 + 0.1 * (draws[5] ?? 0);
  return {
    colour: pick(Object.keys(colours) as Colour[], draws[0] ?? 0),
    shape: pick(shapes, draws[1] ?? 0),
    background: pick(Object.keys(backgrounds) as Background[], draws[2] ?? 0),
    x: radius + (1 - 2 * radius) * (draws[3] ?? 0),
    y: radius + (1 - 2 * radius) * (draws[4] ?? 0),
    radius,
  };
}

/** Paints a scene, hard-edged. */
export function paintScene(scene: Scene, size: number): Pixels {
  const data = new Uint8Array(size * size * 3);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const dx = ((column + 0.5) / size - scene.x) / scene.radius;
      const dy = ((row + 0.5) / size - scene.y) / scene.radius;
      const paint = covers(scene.shape, dx, dy)
        ? colours[scene.colour]
        : backgrounds[scene.background];
      data.set(paint, (row * size + column) * 3);
    }
  }
  return { width: size, height: size, channels: 3, data };
}

/** Whether the shape, of half side 1 around the origin, covers a point; y points down. */
function covers(shape: Shape, x: number, y: number): boolean {
  const squaredDistance = x * x + y * y;
  if (shape === "ring") return squaredDistance >= 0.3 && squaredDistance <= 1;
  if (shape === "square") return Math.abs(x) <= 0.9 && Math.abs(y) <= 0.9;
  return y <= 0.9 && y >= -0.9 && Math.abs(x) <= (y + 0.9) / 1.8;
}

/** The captions of a scene, as several people would write them. */
export function describeScene(scene: Scene): string[] {
  return captionForms.map((form) => form(scene));
}

/** Whether a caption names colour, shape and background of a scene as a person would. */
export function describes(words: readonly string[], scene: Scene): boolean {
  return describeScene(scene).includes(words.join(" "));
}

/**
 * A small data set of coloured shapes, drawn by this program: the whole path without a download.
 *
 * @param size - of the pictures, in pixels.
 */
export function syntheticDataset(
  seed: number,
  size: number,
  counts: { readonly train: number; readonly validation: number },
): Dataset {
  const images = (split: string, count: number) =>
    Array.from({ length: count }, (_, index) => syntheticImage(seed, split, index, size));
  return {
    name: "synthetic",
    format: "synthetic",
    found: "no data set is named: coloured shapes are drawn",
    splits: {
      train: images("train", counts.train),
      validation: images("validation", counts.validation),
      test: [],
    },
    unassigned: [],
    faults: [],
    removed: [],
  };
}

function syntheticImage(seed: number, split: string, index: number, size: number): CaptionedImage {
  const key = drawKey(seed, "synthetic", split, index);
  const scene = drawScene(key);
  const captioned = (captions: readonly string[]): CaptionedImage => ({
    id: `${split}-${index}`,
    captions,
    withCaptions: captioned,
    read: async () => ({ pixels: paintScene(scene, size), orientation: 1 }),
    fingerprint: async () => `${size}:${JSON.stringify(scene)}`,
  });
  return captioned(describeScene(scene));
}
