import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { decodeJpeg, type Reduction, reductionTo } from "../../../core/codecs/jpeg/index.ts";
import { type Pixels, toPixels } from "../../../core/image/pixels.ts";
import { noiseImage, softImage } from "../../support/images.ts";
import { channelsOf, type OwnComponent, ownJpeg } from "../../support/jpeg.ts";

const FULL: Reduction = { across: 8, down: 8 };
const CELLS = [1, 2, 4, 8] as const;
const REDUCTIONS = CELLS.flatMap((across) => CELLS.map((down) => ({ across, down })));

const soft = softImage(123, 77);
const made = () => sharp(soft.data, { raw: soft });

describe("an image at its own size equals libjpeg's", () => {
  test.each([
    ["baseline", () => made().jpeg({ chromaSubsampling: "4:4:4" })],
    ["progressive", () => made().jpeg({ chromaSubsampling: "4:4:4", progressive: true })],
    ["grey", () => made().greyscale().jpeg()],
    ["of noise", () => noisy().jpeg({ chromaSubsampling: "4:4:4", quality: 60 })],
    ["of progressive noise", () => noisy().jpeg({ chromaSubsampling: "4:4:4", progressive: true })],
    ["with tables of 16 bits", () => made().jpeg({ chromaSubsampling: "4:4:4", quality: 1 })],
  ])("%s", async (_, make) => {
    const file = await make().toBuffer();
    expect(largestDifference(decoded(file), await bySharp(file))).toBeLessThanOrEqual(2);
  });

  test("of any size, with chroma at a quarter", () => {
    const side = fc.integer({ min: 1, max: 70 });
    return fc.assert(
      fc.asyncProperty(side, side, fc.boolean(), async (width, height, progressive) => {
        const image = softImage(width, height);
        const file = await sharp(image.data, { raw: image }).jpeg({ progressive }).toBuffer();
        // libjpeg smooths chroma between its samples.
        expect(largestDifference(decoded(file), await bySharp(file))).toBeLessThan(25);
      }),
      { numRuns: 50 },
    );
  });
});

describe("a reduced image has the means of the whole image", () => {
  const cells = fc.constantFrom(...REDUCTIONS);

  test.each([
    ["baseline", false, "4:4:4"],
    ["progressive", true, "4:4:4"],
    ["baseline with chroma at a quarter", false, "4:2:0"],
    ["progressive with chroma at a quarter", true, "4:2:0"],
  ])("%s", async (_, progressive, chromaSubsampling) => {
    for (const [width, height] of [
      [128, 80],
      [16, 16],
      [64, 32],
    ] as const) {
      const image = softImage(width, height);
      const raw = sharp(image.data, { raw: image });
      const file = await raw.jpeg({ progressive, chromaSubsampling, quality: 95 }).toBuffer();
      const whole = decoded(file);
      for (const reduction of REDUCTIONS) {
        const difference = largestDifference(decoded(file, reduction), means(whole, reduction));
        expect(difference).toBeLessThanOrEqual(chromaSubsampling === "4:4:4" ? 1 : 6);
      }
    }
  });

  test("including the padding of the encoder where a cell crosses the border", () => {
    const size = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(size, size, cells, (width, height, reduction) => {
        const grey = () => 77;
        const components = [{ id: 1, across: 1, down: 1, at: grey }];
        const reduced = decoded(ownJpeg({ width, height, components }), reduction);
        expect(reduced.width).toBe(Math.ceil((width * reduction.across) / 8));
        expect(reduced.height).toBe(Math.ceil((height * reduction.down) / 8));
        expect(reduced.data.every((sample) => Math.abs(sample - 77) <= 1)).toBe(true);
      }),
    );
  });

  test("of noise in which few samples are clipped", () => {
    fc.assert(
      fc.property(fc.nat(), cells, (seed, reduction) => {
        const { data } = noiseImage(40, 24, 3, seed);
        const grey = data.map((sample) => 96 + (sample >> 2));
        const file = ownJpeg({
          width: 40,
          height: 24,
          components: channelsOf({ width: 40, height: 24, channels: 3, data: grey }, [1]),
        });
        const whole = decoded(file);
        expect(largestDifference(decoded(file, reduction), means(whole, reduction))).toBeLessThan(
          2,
        );
      }),
      { numRuns: 40 },
    );
  });
});

describe("rare kinds of JPEG", () => {
  const rgb = channelsOf(soft);
  const size = { width: soft.width, height: soft.height };
  const sampled = (across: number, down: number): OwnComponent[] =>
    rgb.map((component, i) => (i === 0 ? { ...component, across, down } : component));

  test.each([
    ["with restart markers", { ...size, components: rgb, restartInterval: 7 }],
    ["with a restart marker after each unit", { ...size, components: rgb, restartInterval: 1 }],
    ["with a scan for each component", { ...size, components: rgb, apart: true }],
    [
      "with a scan for each component and restart markers",
      { ...size, components: sampled(2, 2), apart: true, restartInterval: 5 },
    ],
    ["in RGB by Adobe", { ...size, components: rgb, adobe: 0 }],
    ["in YCbCr by Adobe", { ...size, components: rgb, adobe: 1 }],
    ["in RGB by its names", { ...size, components: channelsOf(soft, [82, 71, 66]) }],
    ["with chroma halved across", { ...size, components: sampled(2, 1) }],
    ["with chroma halved down", { ...size, components: sampled(1, 2) }],
    ["with a quarter of chroma across", { ...size, components: sampled(4, 1) }],
    ["with a third of chroma across", { ...size, components: sampled(3, 1) }],
  ])("%s", async (name, image) => {
    const file = ownJpeg(image);
    const tolerance = name.includes("chroma") || name.includes("each component and") ? 60 : 2;
    const reference = await bySharp(file);
    expect(largestDifference(decoded(file), reference)).toBeLessThanOrEqual(tolerance);
    // Means are alike, however chroma is spread.
    const half: Reduction = { across: 2, down: 2 };
    expect(meanDifference(decoded(file, half), means(reference, half))).toBeLessThan(5);
  });

  test.each([
    ["as they are", undefined],
    ["as Adobe stores them", 0],
    ["as Adobe transforms them", 2],
  ])("in CMYK, %s", async (_, adobe) => {
    const inks = [...rgb, { id: 4, across: 1, down: 1, at: (x: number) => 200 - (x % 97) }];
    const file = ownJpeg({ ...size, components: inks, ...(adobe === undefined ? {} : { adobe }) });
    const { data } = await sharp(file)
      .pipelineColourspace("cmyk")
      .toColourspace("cmyk")
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(data.length).toBe(4 * size.width * size.height);
    const expected = Uint8Array.from({ length: 3 * size.width * size.height }, (_, i) => {
      const pixel = 4 * Math.floor(i / 3);
      const [ink = 0, black = 0] = [data[pixel + (i % 3)], data[pixel + 3]];
      return Math.round(((255 - ink) * (255 - black)) / 255);
    });
    expect(largestDifference(decoded(file), { ...size, channels: 3, data: expected })).toBeLessThan(
      3,
    );
  });
});

describe("decoding throws for", () => {
  const file = ownJpeg({
    width: 64,
    height: 64,
    components: channelsOf(softImage(64, 64)),
    restartInterval: 8,
  });
  const markerAt = (marker: number) => Buffer.from(file).indexOf(Buffer.of(0xff, marker));

  test.each([
    ["a restart marker that is missing", () => cut(markerAt(0xd2), 2)],
    ["a restart marker too many", () => insert(markerAt(0xd2), 0xff, 0xd5)],
    [
      "coded data that ends too early",
      () => cut(markerAt(0xda) + 40, file.length - markerAt(0xda) - 42),
    ],
    ["a table of codes that is missing", () => file.with(markerAt(0xc4) + 4, 0x03)],
    ["a quantisation table that is missing", () => cut(markerAt(0xdb), 69)],
    ["more codes than there can be", () => file.with(markerAt(0xc4) + 5, 200)],
    ["a component that is not there", () => file.with(markerAt(0xda) + 5, 9)],
    ["sampling of nothing", () => file.with(markerAt(0xc0) + 11, 0)],
    ["two frames", () => insert(markerAt(0xda), ...file.subarray(markerAt(0xc0), markerAt(0xc4)))],
  ])("%s", (_, damaged) => {
    expect(() => decoded(file)).not.toThrow();
    expect(() => decoded(damaged())).toThrow();
  });

  function cut(at: number, length: number): Uint8Array {
    return Uint8Array.of(...file.subarray(0, at), ...file.subarray(at + length));
  }

  function insert(at: number, ...bytes: number[]): Uint8Array {
    return Uint8Array.of(...file.subarray(0, at), ...bytes, ...file.subarray(at));
  }
});

test("an image is reduced as far as it stays large enough, in each direction separately", () => {
  const least = { width: 448, height: 448 };
  expect(reductionTo({ width: 4032, height: 3024 }, least)).toEqual({ across: 1, down: 2 });
  expect(reductionTo({ width: 894, height: 9000 }, least)).toEqual({ across: 8, down: 1 });
  expect(reductionTo({ width: 895, height: 895 }, least)).toEqual({ across: 4, down: 4 });
  expect(reductionTo({ width: 500, height: 10 }, least)).toEqual(FULL);
});

test("an image is reduced further when it would not fit into memory", () => {
  const all = { width: 2000, height: 1000 };
  expect(reductionTo(all, all)).toEqual({ across: 4, down: 8 });
  const side = fc.integer({ min: 1, max: 65_535 });
  fc.assert(
    fc.property(side, side, (width, height) => {
      const { across, down } = reductionTo({ width, height }, { width, height });
      const samples = (width * across * height * down) / 64;
      expect(samples <= 1.5 * 2 ** 20 || across * down === 1).toBe(true);
    }),
  );
});

function noisy() {
  const image = noiseImage(61, 40);
  return sharp(image.data, { raw: image });
}

function decoded(file: Uint8Array, reduction = FULL): Pixels {
  return toPixels(decodeJpeg(file, reduction));
}

async function bySharp(file: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(file, { ignoreIcc: true })
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: 3, data };
}

/** Reduces an image by the definition; cells at the border have fewer samples. */
function means({ width, height, data }: Pixels, { across, down }: Reduction): Pixels {
  const [cellWidth, cellHeight] = [8 / across, 8 / down];
  const size = { width: Math.ceil(width / cellWidth), height: Math.ceil(height / cellHeight) };
  const means = new Uint8Array(size.width * size.height * 3);
  for (let i = 0; i < means.length; i++) {
    const left = (Math.floor(i / 3) % size.width) * cellWidth;
    const top = Math.floor(i / 3 / size.width) * cellHeight;
    let [sum, count] = [0, 0];
    for (let y = top; y < Math.min(height, top + cellHeight); y++) {
      for (let x = left; x < Math.min(width, left + cellWidth); x++, count++) {
        sum += data[3 * (y * width + x) + (i % 3)] ?? 0;
      }
    }
    means[i] = Math.round(sum / count);
  }
  return { ...size, channels: 3, data: means };
}

function differences(a: Pixels, b: Pixels): number[] {
  expect([a.width, a.height]).toEqual([b.width, b.height]);
  return Array.from(a.data, (sample, i) => Math.abs(sample - (b.data[i] ?? 0)));
}

function largestDifference(a: Pixels, b: Pixels): number {
  return differences(a, b).reduce((largest, difference) => Math.max(largest, difference), 0);
}

function meanDifference(a: Pixels, b: Pixels): number {
  const all = differences(a, b);
  return all.reduce((sum, difference) => sum + difference, 0) / all.length;
}
