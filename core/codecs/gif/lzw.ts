const MOST_CODES = 4096;

/**
 * Unpacks GIF's LZW (GIF89a specification, appendix F), as far as the result is asked for.
 *
 * @param codeBits - how many bits the codes of single pixels have
 * @returns runs of palette indices; each is gone when the next one is asked for
 * @throws Error when there is a code that nothing stands for
 */
export function* unpack(data: readonly Uint8Array[], codeBits: number): Generator<Uint8Array> {
  if (codeBits < 1 || codeBits > 11) {
    throw new Error(`there are no codes of ${codeBits} bits`);
  }
  const clear = 1 << codeBits;
  const end = clear + 1;
  const previous = new Uint16Array(MOST_CODES);
  const last = Uint8Array.from({ length: MOST_CODES }, (_, code) => code);
  const length = new Uint16Array(MOST_CODES).fill(1);
  const run = new Uint8Array(MOST_CODES);
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
        throw new Error("the coded data has a code that stands for nothing");
      }
      // A code that is being made stands for the run before, and its first pixel once more.
      const size = isNew ? (length[before] ?? 0) + 1 : (length[code] ?? 0);
      const first = write(run, size, isNew ? before : code, isNew, previous, last);
      if (before !== clear && next < MOST_CODES) {
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

/** Writes the run that a code stands for, from its end, and gives its first pixel. */
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
