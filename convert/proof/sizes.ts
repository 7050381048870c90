import type { LayersModel, SymbolicTensor } from "@tensorflow/tfjs";
import { type LayerUse, layerUses } from "../topology.ts";

/** Sizes for open axes. */
export interface OpenSizes {
  readonly batch: number;
  /** For axes of sequences. */
  readonly length: number;
  /** For rows and columns of images. */
  readonly side: number;
}

type Shape = (number | null)[];

/** The sizes that each case tries first. */
const FIRST_SIZES: readonly OpenSizes[] = [
  { batch: 1, length: 5, side: 20 },
  { batch: 3, length: 9, side: 33 },
];

/** Tried next: doubled sizes, and multiples of 32, which most networks accept. */
const DOUBLINGS = [2, 4, 8, 16];
const MULTIPLES = [32, 64, 96, 128, 160, 192, 224, 256, 320, 416, 512];

/** The largest size tried where a fixed shape inside the model needs a certain one. */
const LARGEST = 640;

/** Sizes that the model is run with before the proof gives up. */
const ATTEMPTS = 5;

/** Number of cases of a proof. */
export const CASES = FIRST_SIZES.length;

/**
 * Returns the sizes to run a model with, the best first: those that the shapes of its layers allow,
 * if any.
 *
 * @param index - of the case.
 */
export function sizesToTry(model: LayersModel, index: number): OpenSizes[] {
  const first = FIRST_SIZES[index] ?? { batch: 1, length: 5, side: 20 };
  if (!isOpen(model)) return [first];
  const scaled = (factor: number) => ({
    ...first,
    length: first.length * factor,
    side: first.side * factor,
  });
  const square = (size: number) => ({ ...first, length: size, side: size });
  const preferred = [first, ...DOUBLINGS.map(scaled), ...MULTIPLES.map(square)];
  const all = Array.from({ length: LARGEST }, (_, size) => square(size + 1));
  const uses = layerUses(model);
  const fits = (sizes: OpenSizes) => shapesFit(model, uses, sizes);
  const fitting = firstOf(preferred, fits, ATTEMPTS);
  if (fitting.length > 0) return fitting;
  const any = firstOf(all, fits, ATTEMPTS);
  return any.length > 0 ? any : preferred.slice(0, ATTEMPTS);
}

/** Returns whether any axis but the batch is open. */
export function isOpen(model: LayersModel): boolean {
  return model.inputs.some(({ shape }) => shape.slice(1).includes(null));
}

/** Fills in every open axis of a shape. */
export function closedShape(symbol: SymbolicTensor, sizes: OpenSizes, batch?: number): number[] {
  return symbol.shape.map((size, axis) => {
    if (size !== null) return size;
    if (axis === 0) return batch ?? sizes.batch;
    return symbol.shape.length >= 4 ? sizes.side : sizes.length;
  });
}

function firstOf<T>(list: readonly T[], fits: (item: T) => boolean, count: number): T[] {
  const found: T[] = [];
  for (const item of list) {
    if (found.length < count && fits(item)) found.push(item);
  }
  return found;
}

/** Returns whether the shapes allow every layer to run at these sizes. */
function shapesFit(model: LayersModel, uses: readonly LayerUse[], sizes: OpenSizes): boolean {
  const known = new Map<number, Shape>(
    model.inputs.map((input) => [input.id, closedShape(input, sizes)]),
  );
  try {
    return uses.every(({ layer, inputs, outputs }) => {
      const shapes = inputs.map(({ id, shape }) => known.get(id) ?? shape);
      if (!shapesAgree(layer.getClassName(), Number(Reflect.get(layer, "axis")), shapes))
        return false;
      const [only] = shapes;
      const given = shapes.length === 1 && only !== undefined ? only : shapes;
      const result = layer.computeOutputShape(given);
      const list = (Array.isArray(result[0]) ? result : [result]) as Shape[];
      for (const [index, { id }] of outputs.entries()) known.set(id, list[index] ?? []);
      return list.every((shape) => shape.every((size) => size === null || size > 0));
    });
  } catch {
    return false;
  }
}

/**
 * Returns whether the inputs of a merge fit together, which tfjs does not check when it computes
 * shapes.
 */
function shapesAgree(className: string, axis: number, shapes: readonly Shape[]): boolean {
  const [first] = shapes;
  if (first === undefined || shapes.length === 1) return true;
  if (className === "Concatenate") {
    const joined = axis < 0 ? axis + first.length : axis;
    return shapes.every((shape) =>
      shape.every((size, at) => at === joined || at === 0 || size === first[at]),
    );
  }
  if (!/^(Add|Average|Multiply|Maximum|Minimum|KerasSubtract)$/.test(className)) return true;
  return shapes.every((shape) =>
    shape.every((size, at) => {
      const other = first[at + first.length - shape.length];
      return at === 0 || other === undefined || size === other || size === 1 || other === 1;
    }),
  );
}
