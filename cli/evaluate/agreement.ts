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

/** A share, with how many there are in all. */
export interface ShareOf extends Share {
  readonly of: number;
}

/** How far a model says what another one says, as after a conversion with smaller weights. */
export interface Agreement {
  readonly model: { readonly name: string; readonly version: string };
  /** Captions that are the same, word for word. */
  readonly captions: ShareOf;
  /**
   * Places at which both choose the same next word (or the end) after the same beginning: those of
   * the other model's captions.
   */
  readonly tokens: ShareOf;
  /** The model's CIDEr-D minus the other's, on the same samples of images. */
  readonly cider: Interval & { readonly difference: number };
}

interface Captioned {
  readonly captioner: Captioner;
  readonly written: readonly WrittenCaption[];
}

/**
 * Captions the images with another model too and compares the two.
 *
 * @param references - of each image, in the order of the images.
 */
export async function agreementWith(
  other: Captioner,
  { captioner, written }: Captioned,
  images: readonly CaptionedImage[],
  { beam, references }: { beam: number; references: readonly (readonly Caption[])[] },
): Promise<Agreement> {
  const theirs = await captionSplit(other, images, beam);
  const same = await overImages("comparing", images, async (image, index) => {
    const words = theirs[index]?.words ?? [];
    const ours = await captioner.choices(await preparedFor(captioner, image), words);
    const expected = await other.choices(await preparedFor(other, image), words);
    return expected.map((word, place) => word === ours[place]);
  });
  const equal = written.map(
    ({ words }, index) => sentence(words) === sentence(theirs[index]?.words),
  );
  const { name, version } = other.bundle.manifest;
  return {
    model: { name, version },
    captions: shareOf(equal),
    tokens: shareOf(same.flat()),
    cider: ciderDifference(theirs, written, references),
  };
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
