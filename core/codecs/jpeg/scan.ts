import type { BitReader } from "./bit-reader.ts";
import { type Cosines, cosines } from "./cosines.ts";
import type { Component, Frame } from "./frame.ts";
import type { HuffmanTable } from "./huffman.ts";
import { nibbles, type Tables } from "./tables.ts";

/** A component with the tables that a scan uses for it. */
export interface ScanComponent {
  readonly component: Component;
  readonly cosines: Cosines;
  readonly dc: HuffmanTable | undefined;
  readonly ac: HuffmanTable | undefined;
  /** The first coefficient of the last block, which that of the next block is relative to. */
  prediction: number;
}

/** A scan's header (ITU-T T.81, B.2.3), with the tables that it names. */
export interface Scan {
  readonly components: readonly ScanComponent[];
  /** The first and the last coefficient in it. */
  readonly first: number;
  readonly last: number;
  /** Whether it adds a bit to coefficients of an earlier scan. */
  readonly refines: boolean;
  /** The number of low bits that its values lack. */
  readonly shift: number;
  /** The units between two restart markers; 0 for none. */
  readonly restartInterval: number;
}

/**
 * Reads the header of a scan.
 *
 * @throws {Error} when the header is damaged, or names a component or a table that does not exist
 */
export function readScan(body: Uint8Array, frame: Frame, tables: Tables): Scan {
  const count = body[0] ?? 0;
  if (count < 1 || count > 4 || body.length < 4 + 2 * count) {
    throw new Error("a scan's header is damaged");
  }
  const components = Array.from({ length: count }, (_, i): ScanComponent => {
    const component = frame.components.find(({ id }) => id === body[1 + 2 * i]);
    const quantisation = tables.quantisation[component?.quantisationTable ?? 0];
    if (component === undefined || quantisation === undefined) {
      throw new Error("a scan names a component or a table that does not exist");
    }
    const [dc, ac] = nibbles(body[2 + 2 * i] ?? 0);
    const { cells } = component;
    return {
      component,
      cosines: cosines(cells.across, cells.down, quantisation),
      dc: tables.dc[dc],
      ac: tables.ac[ac],
      prediction: 0,
    };
  });
  const { restartInterval } = tables;
  const [first = 0, last = 0, bits = 0] = body.subarray(1 + 2 * count);
  const [high, shift] = nibbles(bits);
  if (!frame.progressive) {
    return { components, first: 0, last: 63, refines: false, shift: 0, restartInterval };
  }
  if (first > last || last > 63 || shift > 13 || (first === 0 ? last > 0 : count > 1)) {
    throw new Error("a scan's header is damaged");
  }
  return { components, first, last, refines: high !== 0, shift, restartInterval };
}

/** Decodes the data of a scan for one block. */
export type DecodeBlock = (reader: BitReader, of: ScanComponent, block: number) => void;

/** Decodes the data of a scan, block by block. */
export interface BlockDecoder {
  readonly decode: DecodeBlock;
  /** Called at each restart marker. */
  readonly restarted?: () => void;
}

/**
 * Decodes the blocks of a scan, in the order of coding.
 *
 * @param reader - stands at the scan's coded data
 * @throws {Error} when the coded data is damaged or ends too early
 */
export function decodeScan(
  reader: BitReader,
  frame: Frame,
  { components, restartInterval: interval }: Scan,
  { decode, restarted }: BlockDecoder,
): void {
  const [only] = components;
  const alone = only !== undefined && components.length === 1;
  const unitsAcross = alone ? only.component.width : frame.unitsAcross;
  const unitsDown = alone ? only.component.height : frame.unitsDown;
  const units = unitsAcross * unitsDown;
  for (let unit = 0; unit < units; unit++) {
    if (interval > 0 && unit > 0 && unit % interval === 0) {
      reader.restart((unit / interval - 1) % 8);
      for (const component of components) component.prediction = 0;
      restarted?.();
    }
    const x = unit % unitsAcross;
    const y = (unit - x) / unitsAcross;
    if (alone) {
      decode(reader, only, y * only.component.stride + x);
    } else {
      for (const of of components) decodeUnit(reader, of, x, y, decode);
    }
    if (reader.overran) {
      throw new Error("the coded data ends too early");
    }
  }
}

/** Decodes the blocks of a component in a unit of interleaved data. */
function decodeUnit(
  reader: BitReader,
  of: ScanComponent,
  x: number,
  y: number,
  decode: DecodeBlock,
): void {
  const { across, down, stride } = of.component;
  for (let j = 0; j < down; j++) {
    const first = (y * down + j) * stride + x * across;
    for (let i = 0; i < across; i++) decode(reader, of, first + i);
  }
}

/** Adds a coefficient's wave to the sums of a block. */
export function addWave(
  { component, cosines }: ScanComponent,
  block: number,
  k: number,
  value: number,
): void {
  if (cosines.seen[k] === 0) return;
  const { sums, cells } = component;
  const { waves } = cosines;
  const count = cells.across * cells.down;
  let to = block * count;
  const end = (k + 1) * count;
  for (let from = k * count; from < end; from++, to++) {
    sums[to] = (sums[to] ?? 0) + value * (waves[from] ?? 0);
  }
}

/**
 * Returns a table that a scan uses.
 *
 * @throws {Error} when the table was not defined
 */
export function defined(table: HuffmanTable | undefined): HuffmanTable {
  if (table === undefined) {
    throw new Error("a scan uses a Huffman table that is not defined");
  }
  return table;
}
