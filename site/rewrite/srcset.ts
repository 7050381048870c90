/** The smallest width that captioning needs, in pixels; wider images only cost bytes. */
const ENOUGH_PIXELS = 320;

/** One candidate of a `srcset`; `size` is a width in pixels, or a density times 1,000. */
interface Candidate {
  readonly url: string;
  readonly size: number;
}

/**
 * Chooses a URL of a `srcset`: the narrowest of at least 320 pixels, otherwise the widest. Among
 * densities, that is the lowest.
 *
 * @returns undefined if there is none.
 */
export function chooseFromSrcset(srcset: string): string | undefined {
  const candidates = parseSrcset(srcset).toSorted((one, other) => one.size - other.size);
  return (candidates.find(({ size }) => size >= ENOUGH_PIXELS) ?? candidates.at(-1))?.url;
}

/** A URL, which may contain commas but does not end with one, and its descriptor, up to a comma. */
const CANDIDATE = /[\s,]*(?:([^\s,]\S*?),+(?=\s|$)|([^\s,]\S*)([^,]*))/y;

/** Parses a `srcset` (HTML, "parse a srcset attribute"). */
function parseSrcset(srcset: string): Candidate[] {
  const candidates: Candidate[] = [];
  CANDIDATE.lastIndex = 0;
  for (let match = CANDIDATE.exec(srcset); match; match = CANDIDATE.exec(srcset)) {
    const [, bare, url = bare, descriptor = ""] = match;
    if (url !== undefined) candidates.push({ url, size: sizeOf(descriptor.trim()) });
  }
  return candidates;
}

function sizeOf(descriptor: string): number {
  const value = Number.parseFloat(descriptor);
  if (descriptor.endsWith("w")) return value;
  return 1000 * (Number.isNaN(value) ? 1 : value);
}
