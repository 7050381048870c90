import type { Pixels } from "../../core/image/pixels.ts";

/** A channel of a JPEG that sharp does not write. */
export interface OwnComponent {
  readonly id: number;
  /** Its share of the image's samples, across and down, relative to the other components. */
  readonly across: number;
  readonly down: number;
  /** The sample at a pixel of the image, 0 to 255. */
  readonly at: (x: number, y: number) => number;
}

interface OwnJpeg {
  readonly width: number;
  readonly height: number;
  readonly components: readonly OwnComponent[];
  /** Units between restart markers. */
  readonly restartInterval?: number;
  /** Adobe's transform, in a separate segment. */
  readonly adobe?: number;
  /** Whether each component has a separate scan. */
  readonly apart?: boolean;
}

const QUANTISATION = 2;

/** Codes of 8 bits for all symbols: wasteful, but simple. */
const DC_SYMBOLS = Array.from({ length: 12 }, (_, length) => length);
const AC_SYMBOLS = [
  0x00,
  0xf0,
  ...Array.from({ length: 160 }, (_, i) => (Math.floor(i / 10) << 4) | ((i % 10) + 1)),
];

/** Writes a baseline JPEG with any sampling, restart markers or inks. */
export function ownJpeg(image: OwnJpeg): Uint8Array {
  const { width, height, components, restartInterval = 0, adobe, apart = false } = image;
  const scans = apart ? components.map((component) => [component]) : [components];
  return Uint8Array.from([
    0xff,
    0xd8,
    ...(adobe === undefined ? [] : segment(0xee, [...letters("Adobe"), 0, 100, 0, 0, 0, 0, adobe])),
    ...segment(0xdb, [0, ...Array<number>(64).fill(QUANTISATION)]),
    ...segment(0xc0, [
      8,
      ...word(height),
      ...word(width),
      components.length,
      ...components.flatMap(({ id, across, down }) => [id, (across << 4) | down, 0]),
    ]),
    ...segment(0xc4, [0x00, ...counts(DC_SYMBOLS), ...DC_SYMBOLS]),
    ...segment(0xc4, [0x10, ...counts(AC_SYMBOLS), ...AC_SYMBOLS]),
    ...segment(0xdd, word(restartInterval)),
    ...scans.flatMap((scan) => [
      ...segment(0xda, [scan.length, ...scan.flatMap(({ id }) => [id, 0]), 0, 63, 0]),
      ...codedScan(image, scan, restartInterval),
    ]),
    0xff,
    0xd9,
  ]);
}

function segment(marker: number, body: readonly number[]): number[] {
  return [0xff, marker, ...word(body.length + 2), ...body];
}

function counts(symbols: readonly number[]): number[] {
  return Array.from({ length: 16 }, (_, i) => (i === 7 ? symbols.length : 0));
}

function codedScan(image: OwnJpeg, scan: readonly OwnComponent[], interval: number): number[] {
  const across = Math.max(...image.components.map((component) => component.across));
  const down = Math.max(...image.components.map((component) => component.down));
  const alone = scan.length === 1;
  const [only] = scan;
  const shareAcross = alone && only ? only.across / across : 1 / across;
  const shareDown = alone && only ? only.down / down : 1 / down;
  const unitsAcross = Math.ceil((image.width * shareAcross) / 8);
  const unitsDown = Math.ceil((image.height * shareDown) / 8);
  const bytes: number[] = [];
  let bits = "";
  let before = new Map<OwnComponent, number>();
  const flush = () => {
    for (bits = bits.padEnd(Math.ceil(bits.length / 8) * 8, "1"); bits; bits = bits.slice(8)) {
      const byte = Number.parseInt(bits.slice(0, 8), 2);
      bytes.push(byte, ...(byte === 0xff ? [0] : []));
    }
  };
  for (let unit = 0; unit < unitsAcross * unitsDown; unit++) {
    if (interval > 0 && unit > 0 && unit % interval === 0) {
      flush();
      bytes.push(0xff, 0xd0 + ((unit / interval - 1) % 8));
      before = new Map();
    }
    const [left, top] = [unit % unitsAcross, Math.floor(unit / unitsAcross)];
    for (const component of scan) {
      const [perUnit, rows] = alone ? [1, 1] : [component.across, component.down];
      for (let block = 0; block < perUnit * rows; block++) {
        const x = left * perUnit + (block % perUnit);
        const y = top * rows + Math.floor(block / perUnit);
        const coefficients = transform(component, x, y, across, down, image);
        bits += codedBlock(coefficients, before.get(component) ?? 0);
        before.set(component, coefficients[0] ?? 0);
      }
    }
  }
  flush();
  return bytes;
}

/** The quantised cosine transform of a block, by its definition (ITU-T T.81, A.3.3). */
function transform(
  component: OwnComponent,
  blockX: number,
  blockY: number,
  across: number,
  down: number,
  { width, height }: OwnJpeg,
): number[] {
  const [stepX, stepY] = [across / component.across, down / component.down];
  const samples = Array.from({ length: 64 }, (_, i) => {
    const x = Math.min(width - 1, (8 * blockX + (i % 8)) * stepX);
    const y = Math.min(height - 1, (8 * blockY + Math.floor(i / 8)) * stepY);
    return component.at(x, y) - 128;
  });
  return ZIGZAG.map((place) => {
    const [u, v] = [place % 8, Math.floor(place / 8)];
    const sum = samples.reduce((total, sample, i) => {
      const waveX = Math.cos(((2 * (i % 8) + 1) * u * Math.PI) / 16);
      const waveY = Math.cos(((2 * Math.floor(i / 8) + 1) * v * Math.PI) / 16);
      return total + sample * waveX * waveY;
    }, 0);
    const scale = (u === 0 ? Math.SQRT1_2 : 1) * (v === 0 ? Math.SQRT1_2 : 1);
    return Math.round((sum * scale) / 4 / QUANTISATION);
  });
}

const ZIGZAG = Array.from({ length: 64 }, (_, place) => place).sort((a, b) => {
  const diagonal = (place: number) => (place % 8) + Math.floor(place / 8);
  const difference = diagonal(a) - diagonal(b);
  if (difference !== 0) return difference;
  return diagonal(a) % 2 === 0 ? b - a : a - b;
});

function codedBlock(coefficients: readonly number[], before: number): string {
  const first = (coefficients[0] ?? 0) - before;
  let coded = code(DC_SYMBOLS, bitLength(first)) + magnitude(first);
  let zeros = 0;
  for (const value of coefficients.slice(1)) {
    if (value === 0) {
      zeros++;
      continue;
    }
    for (; zeros > 15; zeros -= 16) coded += code(AC_SYMBOLS, 0xf0);
    coded += code(AC_SYMBOLS, (zeros << 4) | bitLength(value)) + magnitude(value);
    zeros = 0;
  }
  return zeros > 0 ? coded + code(AC_SYMBOLS, 0) : coded;
}

function code(symbols: readonly number[], symbol: number): string {
  return symbols.indexOf(symbol).toString(2).padStart(8, "0");
}

function bitLength(value: number): number {
  return value === 0 ? 0 : 1 + Math.floor(Math.log2(Math.abs(value)));
}

function magnitude(value: number): string {
  const length = bitLength(value);
  if (length === 0) return "";
  return (value > 0 ? value : value + 2 ** length - 1).toString(2).padStart(length, "0");
}

function word(value: number): number[] {
  return [value >> 8, value & 0xff];
}

function letters(text: string): number[] {
  return Array.from(text, (letter) => letter.charCodeAt(0));
}

/** The channels of an RGB image, as components of full size. */
export function channelsOf({ width, data }: Pixels, ids = [1, 2, 3]): OwnComponent[] {
  return ids.map((id, channel) => ({
    id,
    across: 1,
    down: 1,
    at: (x, y) => data[3 * (y * width + x) + channel] ?? 0,
  }));
}
