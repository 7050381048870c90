import type { Dim, Shape } from "../types.ts";
import type { Inference, NodeView } from "./context.ts";
import { broadcast, freshDim, positiveAxis, sumDims, withoutAxes } from "./shapes.ts";

const reduce: Inference = (node) => {
  const { type, shape } = node.input(0);
  const axes = node.constants(1) ?? node.ints("axes") ?? shape.map((_, axis) => axis);
  return [{ type, shape: withoutAxes(shape, axes, node.int("keepdims", 1) === 1) }];
};

const argReduce: Inference = (node) => {
  const { shape } = node.input(0);
  const keep = node.int("keepdims", 1) === 1;
  return [{ type: "int64", shape: withoutAxes(shape, [node.int("axis", 0)], keep) }];
};

const reshape: Inference = (node) => {
  const { type, shape } = node.input(0);
  const target = node.constants(1);
  if (target === undefined) {
    const rank = node.input(1).shape[0];
    return [{ type, shape: Array.from({ length: Number(rank) }, freshDim) }];
  }
  const resolved = target.map((size, axis): Dim => (size === 0 ? (shape[axis] ?? 1) : size));
  return [{ type, shape: resolved.map((dim) => (dim === -1 ? restOf(shape, resolved) : dim)) }];
};

/**
 * Returns the size that `-1` stands for in a reshape. It is known if the unknown sizes of both sides
 * are the same.
 */
function restOf(from: Shape, to: Shape): Dim {
  const left = from.filter((dim) => typeof dim === "string");
  const right = to.filter((dim) => typeof dim === "string");
  const unmatched = [...left];
  for (const dim of right) {
    const index = unmatched.indexOf(dim);
    if (index < 0) return freshDim();
    unmatched.splice(index, 1);
  }
  const ratio = knownProduct(from) / knownProduct(to.filter((dim) => dim !== -1));
  if (unmatched.length === 0) return ratio;
  return unmatched.length === 1 && ratio === 1 ? (unmatched[0] ?? freshDim()) : freshDim();
}

function knownProduct(shape: Shape): number {
  return shape.reduce<number>((product, dim) => product * (typeof dim === "number" ? dim : 1), 1);
}

const slice: Inference = (node) => {
  const { type, shape } = node.input(0);
  const starts = node.constants(1) ?? [];
  const ends = node.constants(2) ?? [];
  const axes = node.constants(3) ?? starts.map((_, index) => index);
  const steps = node.constants(4) ?? starts.map(() => 1);
  const sliced = [...shape];
  axes.forEach((given, index) => {
    const axis = positiveAxis(given, shape.length);
    sliced[axis] = slicedDim(shape[axis] ?? 1, starts[index], ends[index], steps[index]);
  });
  return [{ type, shape: sliced }];
};

function slicedDim(size: Dim, start = 0, end = 0, step = 1): Dim {
  if (typeof size === "string") {
    const whole = step === 1 ? start === 0 && end > 1e9 : step === -1 && start === -1 && end < -1e9;
    return whole ? size : freshDim();
  }
  const from = Math.min(Math.max(start < 0 ? start + size : start, 0), step < 0 ? size - 1 : size);
  const to = Math.min(Math.max(end < 0 ? end + size : end, step < 0 ? -1 : 0), size);
  return Math.max(0, Math.ceil((to - from) / step));
}

const pad: Inference = (node) => {
  const { type, shape } = node.input(0);
  const pads = node.constants(1);
  if (pads === undefined) return [{ type, shape: shape.map(freshDim) }];
  return [
    {
      type,
      shape: shape.map((dim, axis) => {
        const added = (pads[axis] ?? 0) + (pads[axis + shape.length] ?? 0);
        return sumDims([dim, added]);
      }),
    },
  ];
};

const split: Inference = (node) => {
  const { type, shape } = node.input(0);
  const axis = positiveAxis(node.int("axis", 0), shape.length);
  return (node.constants(1) ?? []).map((size) => ({ type, shape: shape.with(axis, size) }));
};

function targetShape(node: NodeView, index: number): Shape {
  const constants = node.constants(index);
  return constants ?? Array.from({ length: Number(node.input(index).shape[0]) }, freshDim);
}

export const structure: Record<string, Inference> = {
  ...Object.fromEntries(
    "ReduceMean ReduceSum ReduceMax ReduceMin ReduceProd ReduceLogSumExp ReduceL2 ReduceSumSquare"
      .split(" ")
      .map((op) => [op, reduce]),
  ),
  ArgMax: argReduce,
  ArgMin: argReduce,
  Reshape: reshape,
  Slice: slice,
  Pad: pad,
  Split: split,
  Transpose: (node) => {
    const { type, shape } = node.input(0);
    const perm = node.ints("perm") ?? shape.map((_, axis) => shape.length - 1 - axis);
    return [{ type, shape: perm.map((axis) => shape[axis] ?? 1) }];
  },
  Squeeze: (node) => [
    {
      type: node.input(0).type,
      shape: withoutAxes(node.input(0).shape, node.constants(1) ?? [], false),
    },
  ],
  Unsqueeze: (node) => {
    const { type, shape } = node.input(0);
    const axes = node.constants(1) ?? [];
    const rank = shape.length + axes.length;
    const added = new Set(axes.map((axis) => positiveAxis(axis, rank)));
    const rest = [...shape];
    return [
      {
        type,
        shape: Array.from({ length: rank }, (_, axis) =>
          added.has(axis) ? 1 : (rest.shift() ?? 1),
        ),
      },
    ];
  },
  Concat: (node) => {
    const { type, shape } = node.input(0);
    const axis = positiveAxis(node.int("axis", 0), shape.length);
    const size = sumDims(node.inputs.map((value) => value?.shape[axis] ?? 0));
    const others = node.inputs.map((value) => (value?.shape ?? []).with(axis, 1));
    return [{ type, shape: broadcast(...others).with(axis, size) }];
  },
  Tile: (node) => {
    const { type, shape } = node.input(0);
    const repeats = node.constants(1);
    const tiled = shape.map((dim, axis): Dim => {
      const times = repeats?.[axis];
      if (times === 1) return dim;
      return typeof dim === "number" && times !== undefined ? dim * times : freshDim();
    });
    return [{ type, shape: tiled }];
  },
  Expand: (node) => [
    { type: node.input(0).type, shape: broadcast(node.input(0).shape, targetShape(node, 1)) },
  ],
  ConstantOfShape: (node) => [{ type: "float32", shape: targetShape(node, 0) }],
  Shape: (node) => [{ type: "int64", shape: [node.input(0).shape.length] }],
  Range: (node) => [{ type: node.input(0).type, shape: [freshDim()] }],
  Gather: (node) => {
    const { type, shape } = node.input(0);
    const axis = positiveAxis(node.int("axis", 0), shape.length);
    const taken = node.input(1).shape;
    return [{ type, shape: [...shape.slice(0, axis), ...taken, ...shape.slice(axis + 1)] }];
  },
  OneHot: (node) => {
    const depth = node.constants(1)?.[0] ?? freshDim();
    return [{ type: node.input(2).type, shape: [...node.input(0).shape, depth] }];
  },
  MatMul: (node) => [{ type: node.input(0).type, shape: matMulShape(node) }],
  MatMulInteger: (node) => [{ type: "int32", shape: matMulShape(node) }],
  Einsum: (node) => [{ type: node.input(0).type, shape: einsumShape(node) }],
};

function matMulShape(node: NodeView): Shape {
  const left = node.input(0).shape;
  const right = node.input(1).shape;
  const batch = broadcast(left.slice(0, -2), right.slice(0, -2));
  return [...batch, left.at(-2) ?? 1, right.at(-1) ?? 1];
}

function einsumShape(node: NodeView): Shape {
  const [operands = "", result = ""] = node.text("equation", "").replaceAll(" ", "").split("->");
  const sizes = new Map<string, Dim>();
  operands.split(",").forEach((letters, index) => {
    for (const [axis, letter] of [...letters].entries()) {
      sizes.set(letter, node.input(index).shape[axis] ?? 1);
    }
  });
  return [...result].map((letter) => sizes.get(letter) ?? 1);
}
