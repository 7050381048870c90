import type { Rectangle, Size } from "./pixels.ts";

/** The ways to fit an image of another shape into the network's input. */
export const FITS = ["stretch", "crop", "letterbox"] as const;

/** One of {@link FITS}. */
export type Fit = (typeof FITS)[number];

/** A part of the image, and the part of the network's input that it fills. */
interface Placement {
  /** In pixels of the image. */
  readonly window: Rectangle;
  /** In pixels of the network's input. */
  readonly place: Rectangle;
}

/**
 * Computes where an image goes in the network's input.
 *
 * - `stretch`: all of the image over all of the input; shapes change.
 * - `crop`: the middle of the image, as much as has the input's shape.
 * - `letterbox`: all of the image in the middle of the input, in its own shape.
 *
 * Margins are equal on both sides (sizes keep the parity of what they are cut from), so that
 * placing commutes with mirroring and turning, and an image may be turned after it is resized.
 */
export function place(image: Size, input: Size, fit: Fit): Placement {
  switch (fit) {
    case "stretch":
      return { window: whole(image), place: whole(input) };
    case "crop":
      return { window: middle(image, input), place: whole(input) };
    case "letterbox":
      return { window: whole(image), place: middle(input, image) };
  }
}

function whole({ width, height }: Size): Rectangle {
  return { left: 0, top: 0, width, height };
}

/** Returns the largest rectangle in the middle of `frame` with the shape of `shape`. */
function middle(frame: Size, shape: Size): Rectangle {
  const width = nearestOfParity((frame.height * shape.width) / shape.height, frame.width);
  const height = nearestOfParity((frame.width * shape.height) / shape.width, frame.height);
  return { left: (frame.width - width) / 2, top: (frame.height - height) / 2, width, height };
}

/** Returns the whole number nearest to `ideal`, from 1 or 2 to `most`, that leaves an even rest of `most`. */
function nearestOfParity(ideal: number, most: number): number {
  const even = 2 * Math.round((most - ideal) / 2);
  const least = most % 2 === 0 ? 2 : 1;
  return Math.max(least, Math.min(most, most - even));
}
