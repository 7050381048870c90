import type { Size } from "../../image/pixels.ts";
import type { Cells } from "./cosines.ts";
import type { Reduction } from "./frame.ts";

const CELLS: readonly Cells[] = [1, 2, 4, 8];

/** The largest number of samples of a component, which bounds the memory. */
const MAX_SAMPLES = 1.5 * 2 ** 20;

/**
 * Returns the strongest reduction that leaves at least a size, in each direction separately; an even
 * stronger one where the result would take too much memory.
 *
 * @param image - the size of the image as stored
 * @param least - the smallest size that is large enough
 */
export function reductionTo(image: Size, least: Size): Reduction {
  let across = cellsTo(image.width, least.width);
  let down = cellsTo(image.height, least.height);
  const [width, height] = [image.width / 8, image.height / 8];
  while (width * across * height * down > MAX_SAMPLES && across * down > 1) {
    if (width * across > height * down ? across > 1 : down === 1) across = halved(across);
    else down = halved(down);
  }
  return { across, down };
}

function cellsTo(length: number, least: number): Cells {
  return CELLS.find((cells) => Math.ceil((length * cells) / 8) >= least) ?? 8;
}

function halved(cells: Cells): Cells {
  return CELLS[CELLS.indexOf(cells) - 1] ?? 1;
}

/** Returns whether a reduction reduces anything. */
export function isReduction({ across, down }: Reduction): boolean {
  return across < 8 || down < 8;
}
