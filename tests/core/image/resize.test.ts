import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Pixels, Size } from "../../../core/image/pixels.ts";
import { resize } from "../../../core/image/resize.ts";
import { noiseImage } from "../../support/images.ts";
import pillow from "./fixtures/pillow-bilinear.json" with { type: "json" };

const side = fc.integer({ min: 1, max: 40 });
const size = fc.record({ width: side, height: side });
const image = fc
  .record({ size, seed: fc.nat() })
  .map(({ size, seed }) => noiseImage(size.width, size.height, 3, seed));

describe("resize", () => {
  test("equals Pillow's BILINEAR to one grey level", () => {
    for (const { resized, ...image } of pillow.cases) {
      const ours = resizeWhole(
        { ...image, channels: 3, data: Uint8Array.from(image.data) },
        resized,
      );
      expect(largestDifference(ours, resized.data)).toBeLessThanOrEqual(1);
    }
  });

  test("equals the filter's definition, rounded", () => {
    fc.assert(
      fc.property(image, size, (image, size) => {
        const ours = resizeWhole(image, size);
        expect(largestDifference(ours, byDefinition(image, size))).toBeLessThan(0.5 + 1e-9);
      }),
    );
  });

  test("does not change an image of the right size", () => {
    fc.assert(
      fc.property(image, (image) => {
        expect(resizeWhole(image, image)).toEqual(image.data);
      }),
    );
  });

  test("treats opaque RGBA as RGB", () => {
    fc.assert(
      fc.property(image, size, (image, size) => {
        const data = Uint8Array.from({ length: image.width * image.height * 4 }, (_, i) =>
          i % 4 === 3 ? 255 : (image.data[Math.floor(i / 4) * 3 + (i % 4)] ?? 0),
        );
        const resized = resizeWhole({ ...image, channels: 4, data }, size);
        expect(resized).toEqual(resizeWhole(image, size));
      }),
    );
  });

  test("keeps a single colour, also on the border", () => {
    fc.assert(
      fc.property(size, size, fc.integer({ min: 0, max: 255 }), (from, to, grey) => {
        const data = new Uint8Array(from.width * from.height * 3).fill(grey);
        const resized = resizeWhole({ ...from, channels: 3, data }, to);
        expect(resized).toEqual(new Uint8Array(to.width * to.height * 3).fill(grey));
      }),
    );
  });

  test("keeps the mean of a gradient", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 200 }), side, (length, outputs) => {
        const slope = Uint8Array.from({ length: 3 * length }, (_, i) => Math.floor(i / 3));
        const across = resizeWhole(
          { width: length, height: 1, channels: 3, data: slope },
          { width: outputs, height: 1 },
        );
        expect(Math.abs(mean(across) - mean(slope))).toBeLessThanOrEqual(0.5);
      }),
    );
  });

  test("is monotonic: a darker image gives a darker result", () => {
    fc.assert(
      fc.property(image, size, fc.nat(), (image, size, seed) => {
        const veil = noiseImage(image.width, image.height, 3, seed).data;
        const darker = image.data.map((sample, i) => Math.min(sample, veil[i] ?? 0));
        const before = resizeWhole(image, size);
        const after = resizeWhole({ ...image, data: darker }, size);
        expect(after.every((sample, i) => sample <= (before[i] ?? 0))).toBe(true);
      }),
    );
  });

  test("commutes with transposing, to the last bit", () => {
    fc.assert(
      fc.property(image, size, (image, size) => {
        const turned = resizeWhole(transpose(image), { width: size.height, height: size.width });
        const resized = { ...size, channels: 3 as const, data: resizeWhole(image, size) };
        expect(turned).toEqual(transpose(resized).data);
      }),
    );
  });

  test("takes time in proportion to its pixels, whatever their shape", { timeout: 120_000 }, () => {
    const [length, outputs] = [4_000_000, 200];
    const data = new Uint8Array(length * 3);
    for (let i = 0; i < outputs; i++) {
      data.fill(i, (i * data.length) / outputs, ((i + 1) * data.length) / outputs);
    }
    const means = Uint8Array.from({ length: outputs * 3 }, (_, i) => Math.floor(i / 3));
    const started = process.cpuUsage();
    for (const [width, height] of [
      [length, 1],
      [1, length],
    ] as const) {
      const size = { width: width === 1 ? 1 : outputs, height: height === 1 ? 1 : outputs };
      expect(resizeWhole({ width, height, channels: 3, data }, size)).toEqual(means);
    }
    const tall = { width: 1, height: length, channels: 3 as const, data };
    expect(resizeWhole(tall, { width: outputs, height: outputs }).subarray(-3)).toEqual(
      means.subarray(-3),
    );
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1e6).toBeLessThan(8);
  });

  test("reads only the window", () => {
    const image = noiseImage(20, 12);
    const window = { left: 5, top: 3, width: 9, height: 7 };
    const cut = new Uint8Array(9 * 7 * 3);
    for (let y = 0; y < 7; y++) {
      const start = ((3 + y) * 20 + 5) * 3;
      cut.set(image.data.subarray(start, start + 27), y * 27);
    }
    const size = { width: 4, height: 4 };
    expect(resize(image, window, size)).toEqual(
      resizeWhole({ width: 9, height: 7, channels: 3, data: cut }, size),
    );
  });
});

function resizeWhole(pixels: Pixels, size: Size): Uint8Array {
  const { width, height } = pixels;
  return resize(pixels, { left: 0, top: 0, width, height }, size);
}

/** The weighted mean over every pixel of the image, for every output, by its textbook definition. */
function byDefinition(pixels: Pixels, size: Size): number[] {
  const weight = (input: number, inputs: number, output: number, outputs: number) => {
    const scale = inputs / outputs;
    const distance = input + 0.5 - (output + 0.5) * scale;
    return Math.max(0, 1 - Math.abs(distance / Math.max(scale, 1)));
  };
  const means: number[] = [];
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const sums = [0, 0, 0];
      let total = 0;
      for (let v = 0; v < pixels.height; v++) {
        for (let u = 0; u < pixels.width; u++) {
          const both =
            weight(u, pixels.width, x, size.width) * weight(v, pixels.height, y, size.height);
          total += both;
          for (const c of [0, 1, 2]) {
            const sample = pixels.data[(v * pixels.width + u) * 3 + c] ?? 0;
            sums[c] = (sums[c] ?? 0) + both * sample;
          }
        }
      }
      means.push(...sums.map((sum) => sum / total));
    }
  }
  return means;
}

function transpose(pixels: Pixels): Pixels {
  const { width, height } = pixels;
  const data = new Uint8Array(pixels.data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (const c of [0, 1, 2]) {
        data[(x * height + y) * 3 + c] = pixels.data[(y * width + x) * 3 + c] ?? 0;
      }
    }
  }
  return { width: height, height: width, channels: 3, data };
}

function mean(samples: Uint8Array): number {
  return samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a, (value, i) => Math.abs(value - (b[i] ?? 0))).reduce((x, y) =>
    Math.max(x, y),
  );
}
