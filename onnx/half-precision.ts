/**
 * Converts numbers from and to IEEE 754 binary16: one bit of sign, five of exponent, ten of fraction.
 * JavaScript has this type from Node 24 on, but the published package runs on older versions.
 *
 * @module
 */

/** The largest number in half precision. */
export const LARGEST_HALF = 65504;

/** Below this, numbers are multiples of {@link SMALLEST_STEP}. */
const SMALLEST_NORMAL = 2 ** -14;
const SMALLEST_STEP = 2 ** -24;

const bits = new Uint32Array(1);
const single = new Float32Array(bits.buffer);

/**
 * Returns the 16 bits of the nearest half-precision number; of two equally near, the even one.
 *
 * @param value - of at most {@link LARGEST_HALF} in magnitude.
 */
export function numberToHalf(value: number): number {
  single[0] = value;
  const all = bits[0] ?? 0;
  const sign = (all >>> 16) & 0x8000;
  const size = Math.abs(value);
  if (size < SMALLEST_NORMAL) return sign | roundToEven(size / SMALLEST_STEP);
  // The exponent bias is 127 in single and 15 in half precision; 13 bits of the fraction are
  // dropped.
  const magnitude = (all & 0x7fffffff) - ((127 - 15) << 23);
  return sign | roundToEven(magnitude / 2 ** 13);
}

/** Returns the number that 16 bits represent. */
export function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * SMALLEST_STEP;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return below + (rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? 1 : 0);
}
