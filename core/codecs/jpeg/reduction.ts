import type { Size } from "../../image/pixels.ts";
import type { Cells } from "./cosines.ts";
import type { Reduction } from "./frame.ts";

const CELLS: readonly Cells[] = [1, 2, 4, 8];

/**
 * The strongest reduction that leaves at least this size, in each direction by itself. (A picture
 * is not made to fit: one that is smaller is not reduced at all.)
 */
export function reductionTo(picture: Size, least: Size): Reduction {
  return {
    across: cellsTo(picture.width, least.width),
    down: cellsTo(picture.height, least.height),
  };
}

function cellsTo(length: number, least: number): Cells {
  return CELLS.find((cells) => Math.ceil((length * cells) / 8) >= least) ?? 8;
}

/** Whether anything is reduced at all. */
export function isReduction({ across, down }: Reduction): boolean {
  return across < 8 || down < 8;
}
