/** One of the seven passes of an interlaced image: its size, and where its pixels belong. */
export interface Pass {
  readonly left: number;
  readonly top: number;
  readonly stepAcross: number;
  readonly stepDown: number;
  readonly width: number;
  readonly height: number;
}

/** Left, top, step across and step down of each pass (PNG specification, 8.2). */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Returns the passes that have any pixels. */
export function passes(width: number, height: number): readonly Pass[] {
  return ADAM7.map(([left, top, stepAcross, stepDown]) => ({
    left,
    top,
    stepAcross,
    stepDown,
    width: Math.ceil((width - left) / stepAcross),
    height: Math.ceil((height - top) / stepDown),
  })).filter((pass) => pass.width > 0 && pass.height > 0);
}
