import { brokenPng } from "./chunks.ts";

/** The number of samples of a pixel, by colour type. */
const SAMPLES = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;

/** Grey, RGB, palette index, grey with alpha, RGB with alpha. */
export type ColourType = keyof typeof SAMPLES;

/** The allowed bits of a sample, by colour type. */
const DEPTHS: Readonly<Record<ColourType, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/** `IHDR` (PNG specification, 11.2.1). */
export interface PngFrame {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colour: ColourType;
  readonly samples: number;
  readonly interlaced: boolean;
}

/**
 * Reads the header of a PNG.
 *
 * @param type - the type of the file's first chunk
 * @param body - the body of that chunk
 * @throws {UserError} `broken_image` when the chunk is not a valid header
 */
export function readFrame(type: string, body: Uint8Array): PngFrame {
  if (type !== "IHDR" || body.length !== 13) {
    throw brokenPng("its first chunk is not a header");
  }
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const [depth = 0, colour = 0, compression = 0, filter = 0, interlace = 0] = body.subarray(8);
  if (!isColourType(colour) || !DEPTHS[colour].includes(depth)) {
    throw brokenPng(`its colour type ${colour} does not allow ${depth} bits a sample`);
  }
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    throw brokenPng("its compression, filter or interlacing method does not exist");
  }
  return {
    width: view.getUint32(0),
    height: view.getUint32(4),
    depth,
    colour,
    samples: SAMPLES[colour],
    interlaced: interlace === 1,
  };
}

function isColourType(colour: number): colour is ColourType {
  return Object.hasOwn(SAMPLES, colour);
}
