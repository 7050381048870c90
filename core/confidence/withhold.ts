/** Something with a caption, such as an answer of the service. */
interface Captioned {
  readonly caption: string;
  readonly confidence?: number | undefined;
}

/** The same with its caption withheld, because it is not sure enough. */
export type Withheld<T extends Captioned> = Omit<T, "caption"> & {
  readonly caption: null;
  readonly reason: "low_confidence";
  readonly draft: string;
};

/**
 * Withholds a caption that is not sure enough: alt text that says nothing is better than alt text
 * that is wrong.
 *
 * @param minimum - the least confidence, 0 to 1; undefined withholds nothing.
 */
export function withholdUnsure<T extends Captioned>(
  captioned: T,
  minimum: number | undefined,
): T | Withheld<T> {
  if (minimum === undefined || (captioned.confidence ?? 0) >= minimum) return captioned;
  const { caption: draft, ...rest } = captioned;
  return { ...rest, caption: null, reason: "low_confidence", draft };
}
