import type { Rectangle, Size } from "./pixels.ts";

/** How pictures of any shape are brought into the network's one shape. */
export const FITS = ["stretch", "crop", "letterbox"] as const;

/** One of {@link FITS}. */
export type Fit = (typeof FITS)[number];

/** Which part of the picture goes to which part of the network's input. */
export interface Placement {
  /** In the picture. */
  readonly window: Rectangle;
  /** In the network's input. */
  readonly place: Rectangle;
}

/**
 * Places a picture.
 *
 * - `stretch`: all of the picture over all of the input; shapes change.
 * - `crop`: the middle of the picture, as much as has the input's shape.
 * - `letterbox`: all of the picture in the middle of the input, in its own shape.
 *
 * Margins are equal on both sides (sizes keep the parity of what they are cut from), so that
 * placing commutes with mirroring, and a picture may be turned after it is resized.
 */
export function place(picture: Size, input: Size, fit: Fit): Placement {
  switch (fit) {
    case "stretch":
      return { window: whole(picture), place: whole(input) };
    case "crop":
      return { window: middle(picture, input), place: whole(input) };
    case "letterbox":
      return { window: whole(picture), place: middle(input, picture) };
  }
}

function whole({ width, height }: Size): Rectangle {
  return { left: 0, top: 0, width, height };
}

/** The largest rectangle in the middle of `frame` that has the shape of `shape`. */
function middle(frame: Size, shape: Size): Rectangle {
  const width = nearestOfParity((frame.height * shape.width) / shape.height, frame.width);
  const height = nearestOfParity((frame.width * shape.height) / shape.width, frame.height);
  return { left: (frame.width - width) / 2, top: (frame.height - height) / 2, width, height };
}

/** The whole number nearest to `ideal` that leaves an even rest of `most`; 1 or 2 to `most`. */
function nearestOfParity(ideal: number, most: number): number {
  const even = 2 * Math.round((most - ideal) / 2);
  const least = most % 2 === 0 ? 2 : 1;
  return Math.max(least, Math.min(most, most - even));
}
