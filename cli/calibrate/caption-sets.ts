import type { Caption, Captioner, CaptionOptions } from "../../core/captioner.ts";
import { prepare } from "../../core/image/prepare.ts";
import type { CaptionedImage, OrientedImage } from "../../datasets/dataset.ts";
import { tokenizeCaption } from "../../metrics/index.ts";
import { overImages } from "../evaluate/caption-split.ts";
import type { Example } from "./cross-validation.ts";
import { judgeFitting } from "./fitting.ts";
import type { NonPhotograph } from "./non-photographs.ts";

/** The validation images of a data set, and the style that they are captioned in. */
export interface ImageSet {
  readonly dataset: string;
  readonly style?: string;
  readonly images: readonly CaptionedImage[];
}

/** A way to search for captions, as the service offers them. */
export interface Search {
  readonly name: string;
  readonly options: CaptionOptions;
}

/** The captions of a set, each with whether it fits its image. */
export interface CaptionedSet extends Pick<ImageSet, "dataset" | "style"> {
  /** The CIDEr-D that a caption must reach to fit. */
  readonly humanThreshold: number;
  /** For each search, one example an image. */
  readonly searches: readonly (readonly Example[])[];
}

/** Captions each image of a set once for each search, all from one reading of the image. */
export async function captionSet(
  captioner: Captioner,
  { dataset, style, images }: ImageSet,
  searches: readonly Search[],
): Promise<CaptionedSet> {
  const captions = await overImages(`captioning ${dataset}`, images, async (image) => {
    const input = preparedFor(captioner, await image.read());
    const found: Caption[] = [];
    for (const { options } of searches) {
      found.push(await bestCaption(captioner, input, { ...options, ...(style ? { style } : {}) }));
    }
    return found;
  });
  const references = images.map((image) => image.captions.map(tokenizeCaption));
  const judged = searches.map((_, search) => {
    const candidates = captions.map((found) =>
      tokenizeCaption((found[search]?.tokens ?? []).join(" ")),
    );
    return judgeFitting(candidates, references);
  });
  return {
    dataset,
    ...(style ? { style } : {}),
    humanThreshold: judged[0]?.threshold ?? 0,
    searches: judged.map(({ fits }, search) =>
      images.flatMap(({ id }, index) => {
        const evidence = captions[index]?.[search]?.evidence;
        return evidence ? [{ id, evidence, fits: fits[index] ?? false }] : [];
      }),
    ),
  };
}

/**
 * Captions images that are not photographs by greedy search: no caption of them counts as fitting.
 *
 * @param styles - taken in turn, so that no style is fitted on more of these images than another;
 *   undefined for the model's default.
 */
export async function captionNonPhotographs(
  captioner: Captioner,
  images: readonly NonPhotograph[],
  styles: readonly (string | undefined)[],
): Promise<Example[]> {
  return overImages("captioning non-photographs", images, async ({ id, read }, index) => {
    const style = styles[index % styles.length];
    const options = style === undefined ? {} : { style };
    const { evidence } = await bestCaption(
      captioner,
      preparedFor(captioner, await read()),
      options,
    );
    return { id, evidence, fits: false };
  });
}

function preparedFor({ bundle }: Captioner, { pixels, orientation }: OrientedImage): Uint8Array {
  return prepare(pixels, orientation, bundle.manifest.preparation);
}

async function bestCaption(
  captioner: Captioner,
  input: Uint8Array,
  options: CaptionOptions,
): Promise<Caption> {
  const [best] = await captioner.caption(input, options);
  if (best) return best;
  throw new Error("the search found no caption at all");
}
