import type { Pixels } from "../core/image/pixels.ts";
import { drawKey, uniformDraws } from "../core/random-draws.ts";
import type { CaptionedImage, Dataset } from "./dataset.ts";

/** Colours of the shapes and of the backgrounds: red, green, blue, 0 to 255. */
const COLOURS = {
  red: [220, 40, 40],
  green: [40, 170, 60],
  blue: [50, 80, 220],
  yellow: [240, 210, 40],
} as const;
const SHAPES = ["square", "triangle", "ring"] as const;
const BACKGROUNDS = { white: [245, 245, 245], black: [20, 20, 20] } as const;

type Colour = keyof typeof COLOURS;
type Shape = (typeof SHAPES)[number];
type Background = keyof typeof BACKGROUNDS;

/** What a synthetic image shows. */
interface Scene {
  readonly colour: Colour;
  readonly shape: Shape;
  readonly background: Background;
  /** Centre and half side of the shape, as fractions of the image's side. */
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

const captionForms = [
  (scene: Scene) => `a ${scene.colour} ${scene.shape} on ${scene.background}`,
  (scene: Scene) => `a ${scene.colour} ${scene.shape} on ${scene.background}`,
  (scene: Scene) => `one ${scene.colour} ${scene.shape} on ${scene.background}`,
];

/** Draws a scene. Equal keys give equal scenes. */
export function drawScene(key: number): Scene {
  const draws = uniformDraws(key, 6);
  const pick = <T>(list: readonly T[], draw: number): T =>
    list[Math.min(list.length - 1, Math.floor(draw * list.length))] as T;
  const radius = 0.35 + 0.1 * (draws[5] ?? 0);
  return {
    colour: pick(Object.keys(COLOURS) as Colour[], draws[0] ?? 0),
    shape: pick(SHAPES, draws[1] ?? 0),
    background: pick(Object.keys(BACKGROUNDS) as Background[], draws[2] ?? 0),
    x: radius + (1 - 2 * radius) * (draws[3] ?? 0),
    y: radius + (1 - 2 * radius) * (draws[4] ?? 0),
    radius,
  };
}

/** Paints a scene without smoothing its edges. */
export function paintScene(scene: Scene, size: number): Pixels {
  const data = new Uint8Array(size * size * 3);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const dx = ((column + 0.5) / size - scene.x) / scene.radius;
      const dy = ((row + 0.5) / size - scene.y) / scene.radius;
      const paint = covers(scene.shape, dx, dy)
        ? COLOURS[scene.colour]
        : BACKGROUNDS[scene.background];
      data.set(paint, (row * size + column) * 3);
    }
  }
  return { width: size, height: size, channels: 3, data };
}

/** Returns whether the shape, of half side 1 around the origin, covers a point; y points down. */
function covers(shape: Shape, x: number, y: number): boolean {
  const squaredDistance = x * x + y * y;
  if (shape === "ring") return squaredDistance >= 0.3 && squaredDistance <= 1;
  if (shape === "square") return Math.abs(x) <= 0.9 && Math.abs(y) <= 0.9;
  return y <= 0.9 && y >= -0.9 && Math.abs(x) <= (y + 0.9) / 1.8;
}

/** Writes the captions of a scene. */
export function describeScene(scene: Scene): string[] {
  return captionForms.map((form) => form(scene));
}

/** Returns whether a caption is one of the scene's. */
export function describes(words: readonly string[], scene: Scene): boolean {
  return describeScene(scene).includes(words.join(" "));
}

/**
 * Draws a small data set of coloured shapes, which needs no download.
 *
 * @param size - side of the images, in pixels.
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
    found: "no data set is named: images of coloured shapes are drawn",
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
