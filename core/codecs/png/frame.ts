import { brokenPng } from "./chunks.ts";

/** The samples of a pixel, for each colour type. */
const SAMPLES = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;

/** Grey, RGB, a palette's index, grey with alpha, RGB with alpha. */
export type ColourType = keyof typeof SAMPLES;

/** The bits that a sample may have, for each colour type. */
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
 * @param type - of the file's first chunk
 * @throws {@link UserError} `broken_image`
 */
export function readFrame(type: string, body: Uint8Array): PngFrame {
  if (type !== "IHDR" || body.length !== 13) {
    throw brokenPng("its header does not come first");
  }
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const [depth = 0, colour = 0, compression = 0, filter = 0, interlace = 0] = body.subarray(8);
  if (!isColourType(colour) || !DEPTHS[colour].includes(depth)) {
    throw brokenPng(`there are no ${depth} bits a sample with colour type ${colour}`);
  }
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    throw brokenPng("it is written in a way that does not exist");
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
