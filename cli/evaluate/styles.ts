import type { LoadedBundle } from "../../core/bundle/read.ts";
import { DEFAULT_STYLE, OWN_STYLE } from "./options.ts";

/** What decides the style of a caption. */
type StyledModel = Pick<LoadedBundle, "vocabulary"> & {
  readonly manifest: Pick<LoadedBundle["manifest"], "defaultStyle">;
};

/**
 * Returns the style of a data set's captions.
 *
 * @param wanted - `own`, `default` or the name of a style; see `--in-style`.
 * @returns undefined if the model has no styles.
 * @throws {UserError} `unknown_style`
 */
export function captionStyle(
  { vocabulary, manifest }: StyledModel,
  setName: string,
  wanted: string,
): string | undefined {
  if (wanted === DEFAULT_STYLE) return manifest.defaultStyle;
  if (wanted === OWN_STYLE) {
    return vocabulary.styles.includes(setName) ? setName : manifest.defaultStyle;
  }
  vocabulary.startToken(wanted);
  return wanted;
}
