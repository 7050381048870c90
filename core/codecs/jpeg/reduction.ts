import type { Size } from "../../image/pixels.ts";
import type { Cells } from "./cosines.ts";
import type { Reduction } from "./frame.ts";

const CELLS: readonly Cells[] = [1, 2, 4, 8];

/** The most samples of a component that are kept, whatever was asked for: memory is bounded. */
const MOST_SAMPLES = 1.5 * 2 ** 20;

/**
 * The strongest reduction that leaves at least this size, in each direction by itself; a stronger
 * one yet where too much would be left. (A picture is not made to fit: one that is smaller is not
 * reduced at all.)
 */
export function reductionTo(picture: Size, least: Size): Reduction {
  let across = cellsTo(picture.width, least.width);
  let down = cellsTo(picture.height, least.height);
  const [width, height] = [picture.width / 8, picture.height / 8];
  while (width * across * height * down > MOST_SAMPLES && across * down > 1) {
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

/** Whether anything is reduced at all. */
export function isReduction({ across, down }: Reduction): boolean {
  return across < 8 || down < 8;
}
