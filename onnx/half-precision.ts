/**
 * IEEE 754 binary16: a sign, five bits of exponent, ten of fraction. JavaScript has it too, but only
 * from Node 24 on, and what is published runs on older ones.
 *
 * @module
 */

/** The largest number that half precision holds. */
export const largestHalf = 65504;

/** Below this, numbers are multiples of {@link smallestStep}. */
const smallestNormal = 2 ** -14;
const smallestStep = 2 ** -24;

const bits = new Uint32Array(1);
const single = new Float32Array(bits.buffer);

/**
 * The 16 bits of the half-precision number next to a single-precision one; of two equally near, the
 * even one.
 *
 * @param value - of at most {@link largestHalf} in size.
 */
export function numberToHalf(value: number): number {
  single[0] = value;
  const all = bits[0] ?? 0;
  const sign = (all >>> 16) & 0x8000;
  const size = Math.abs(value);
  if (size < smallestNormal) return sign | roundToEven(size / smallestStep);
  // The exponent's offset is 127 in single and 15 in half precision; 13 bits of fraction go.
  const magnitude = (all & 0x7fffffff) - ((127 - 15) << 23);
  return sign | roundToEven(magnitude / 2 ** 13);
}

/** The number that 16 bits stand for. */
export function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * smallestStep;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return below + (rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? 1 : 0);
}
