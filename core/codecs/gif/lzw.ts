const MAX_CODES = 4096;

/**
 * Decompresses GIF's LZW (GIF89a specification, appendix F), as far as the result is read.
 *
 * @param data - the compressed bytes, in blocks
 * @param codeBits - the number of bits of the codes for single pixels
 * @returns runs of palette indices, in memory that the next run reuses
 * @throws {Error} when a code is not in the table
 */
export function* unpack(data: readonly Uint8Array[], codeBits: number): Generator<Uint8Array> {
  if (codeBits < 1 || codeBits > 11) {
    throw new Error(`codes of ${codeBits} bits are not allowed`);
  }
  const clear = 1 << codeBits;
  const end = clear + 1;
  const previous = new Uint16Array(MAX_CODES);
  const last = Uint8Array.from({ length: MAX_CODES }, (_, code) => code);
  const length = new Uint16Array(MAX_CODES).fill(1);
  const run = new Uint8Array(MAX_CODES);
  let next = end + 1;
  let width = codeBits + 1;
  let before = clear;
  let [bits, count] = [0, 0];
  for (let block = 0, at = 0; block < data.length; ) {
    const byte = data[block]?.[at++];
    if (byte === undefined) {
      block++;
      at = 0;
      continue;
    }
    bits |= byte << count;
    count += 8;
    while (count >= width) {
      const code = bits & ((1 << width) - 1);
      bits >>>= width;
      count -= width;
      if (code === end) return;
      if (code === clear) {
        next = end + 1;
        width = codeBits + 1;
        before = clear;
        continue;
      }
      const isNew = code === next && before !== clear;
      if (code >= next && !isNew) {
        throw new Error("the coded data has a code that is not in its table");
      }
      // A code that is just being defined stands for the previous run and its first pixel again.
      const size = isNew ? (length[before] ?? 0) + 1 : (length[code] ?? 0);
      const first = write(run, size, isNew ? before : code, isNew, previous, last);
      if (before !== clear && next < MAX_CODES) {
        previous[next] = before;
        last[next] = first;
        length[next] = (length[before] ?? 0) + 1;
        next++;
        if (next === 1 << width && width < 12) width++;
      }
      before = code;
      yield run.subarray(0, size);
    }
  }
}

/** Writes the run of a code, from its end, and returns its first pixel. */
function write(
  run: Uint8Array,
  size: number,
  code: number,
  repeatsFirst: boolean,
  previous: Uint16Array,
  last: Uint8Array,
): number {
  let place = repeatsFirst ? size - 2 : size - 1;
  let at = code;
  for (; place > 0; place--) {
    run[place] = last[at] ?? 0;
    at = previous[at] ?? 0;
  }
  const first = last[at] ?? 0;
  run[0] = first;
  if (repeatsFirst) run[size - 1] = first;
  return first;
}
