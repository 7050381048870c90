import type { Cells } from "./cosines.ts";

/** One of the channels of an image, with its samples as far as they are decoded. */
export interface Component {
  readonly id: number;
  /** The number of its blocks in a unit of interleaved data, across and down. */
  readonly across: number;
  readonly down: number;
  readonly quantisationTable: number;
  /** The number of blocks that its own size needs, which a scan of this component alone has. */
  readonly width: number;
  readonly height: number;
  /** The number of blocks in a row, with those that only fill the last unit. */
  readonly stride: number;
  /** The cells that the samples of a block are reduced to. */
  readonly cells: { readonly across: Cells; readonly down: Cells };
  /** `[blocks down, blocks across, cells down, cells across]`: the sums of the waves. */
  readonly sums: Float32Array;
  /**
   * What later scans of a progressive image need to know of earlier ones, two bits a coefficient: 4
   * words a block, of which the first two mark the coefficients that are not 0, and the others those
   * that are negative. The values of the coefficients are in the sums already.
   */
  readonly history: Uint32Array;
}

/** A frame header (ITU-T T.81, B.2.2), with its size in units and cells. */
export interface Frame {
  readonly progressive: boolean;
  readonly width: number;
  readonly height: number;
  readonly unitsAcross: number;
  readonly unitsDown: number;
  /** The largest of the components' `across` and `down`. */
  readonly across: number;
  readonly down: number;
  readonly components: readonly Component[];
}

/** The reduction of an image while it is decoded; 8 cells a block leave its size. */
export interface Reduction {
  readonly across: Cells;
  readonly down: Cells;
}

/**
 * Reads a frame header and allocates the memory for its components.
 *
 * @throws {Error} when the header is damaged
 */
export function readFrame(body: Uint8Array, progressive: boolean, reduction: Reduction): Frame {
  const height = word(body, 1);
  const width = word(body, 3);
  const count = body[5] ?? 0;
  const entries = Array.from({ length: count }, (_, i) => ({
    id: body[6 + 3 * i] ?? 0,
    across: (body[7 + 3 * i] ?? 0) >> 4,
    down: (body[7 + 3 * i] ?? 0) & 15,
    quantisationTable: body[8 + 3 * i] ?? 0,
  }));
  if (body.length < 6 + 3 * count || entries.some((entry) => !isSampling(entry))) {
    throw new Error("the frame's header is damaged");
  }
  const across = Math.max(...entries.map((entry) => entry.across));
  const down = Math.max(...entries.map((entry) => entry.down));
  const unitsAcross = Math.ceil(width / (8 * across));
  const unitsDown = Math.ceil(height / (8 * down));
  const components = entries.map((entry): Component => {
    const stride = unitsAcross * entry.across;
    const cells = {
      across: cellsOf(reduction.across, across / entry.across),
      down: cellsOf(reduction.down, down / entry.down),
    };
    const blocks = stride * unitsDown * entry.down;
    const cellsABlock = cells.across * cells.down;
    return {
      ...entry,
      width: Math.ceil((width * entry.across) / (8 * across)),
      height: Math.ceil((height * entry.down) / (8 * down)),
      stride,
      cells,
      sums: new Float32Array(blocks * cellsABlock),
      history: new Uint32Array(progressive && cellsABlock > 1 ? 4 * blocks : 0),
    };
  });
  return { progressive, width, height, unitsAcross, unitsDown, across, down, components };
}

function isSampling({ across, down }: { across: number; down: number }): boolean {
  return across >= 1 && across <= 4 && down >= 1 && down <= 4;
}

/** Returns the cells of a channel; one that is stored at half the size is reduced half as much. */
function cellsOf(cells: Cells, ratio: number): Cells {
  const ideal = cells * ratio;
  return ideal >= 8 ? 8 : ideal >= 4 ? 4 : ideal >= 2 ? 2 : 1;
}

function word(bytes: Uint8Array, at: number): number {
  return 256 * (bytes[at] ?? 0) + (bytes[at + 1] ?? 0);
}
