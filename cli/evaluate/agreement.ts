import type { Captioner } from "../../core/captioner.ts";
import type { CaptionedImage } from "../../datasets/dataset.ts";
import {
  type Caption,
  type Interval,
  measure,
  pairedBootstrap,
  tokenizeCaption,
} from "../../metrics/index.ts";
import { captionSplit, overImages, preparedFor, type WrittenCaption } from "./caption-split.ts";
import type { Share } from "./wording.ts";

/** A share, with the total. */
interface ShareOf extends Share {
  readonly of: number;
}

/** How often two models agree, such as before and after a quantisation. */
export interface Agreement {
  readonly model: { readonly name: string; readonly version: string };
  /** Captions that are the same, word for word. */
  readonly captions: ShareOf;
  /**
   * Places in the other model's captions at which both models choose the same next word, or the end,
   * after the same beginning.
   */
  readonly tokens: ShareOf;
  /** The model's CIDEr-D minus the other's, on the same samples of images. */
  readonly cider: Interval & { readonly difference: number };
}

/** A captioner with the style that it writes in; undefined for a model without styles. */
interface StyledCaptioner {
  readonly captioner: Captioner;
  readonly style: string | undefined;
}

/** The images of a data set with their captions, in one order. */
interface CaptionedSet {
  readonly images: readonly CaptionedImage[];
  readonly written: readonly WrittenCaption[];
  readonly references: readonly (readonly Caption[])[];
}

/** Captions the images with another model too and compares the two. */
export async function agreementWith(
  other: StyledCaptioner,
  own: StyledCaptioner,
  { images, written, references }: CaptionedSet,
  beam: number,
): Promise<Agreement> {
  const theirs = await captionSplit(other.captioner, images, { beam, style: other.style });
  const same = await overImages("comparing", images, async (image, index) => {
    const words = theirs[index]?.words ?? [];
    const ours = await choicesOf(own, image, words);
    const expected = await choicesOf(other, image, words);
    return expected.map((word, place) => word === ours[place]);
  });
  const equal = written.map(
    ({ words }, index) => sentence(words) === sentence(theirs[index]?.words),
  );
  const { name, version } = other.captioner.bundle.manifest;
  return {
    model: { name, version },
    captions: shareOf(equal),
    tokens: shareOf(same.flat()),
    cider: ciderDifference(theirs, written, references),
  };
}

async function choicesOf(
  { captioner, style }: StyledCaptioner,
  image: CaptionedImage,
  words: readonly string[],
) {
  return captioner.choices(await preparedFor(captioner, image), words, style);
}

function ciderDifference(
  theirs: readonly WrittenCaption[],
  ours: readonly WrittenCaption[],
  references: readonly (readonly Caption[])[],
): Agreement["cider"] {
  const measured = (written: readonly WrittenCaption[]) =>
    measure(
      written.map(({ words }) => tokenizeCaption(words.join(" "))),
      references,
    );
  const { difference, interval } = pairedBootstrap(measured(theirs), measured(ours), "CIDEr-D");
  return { difference, ...interval };
}

function shareOf(flags: readonly boolean[]): ShareOf {
  const count = flags.filter(Boolean).length;
  return { count, of: flags.length, share: count / flags.length };
}

function sentence(words: readonly string[] = []): string {
  return words.join(" ");
}
