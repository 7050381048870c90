import type { Value } from "../../graph/types.ts";
import type { Layer } from "../handler.ts";
import type { Cell } from "./cells.ts";

/** Stacks cells into one. Their states are listed from the last cell to the first. */
export function stackedCell(stack: Layer, cellOf: (cell: Layer) => Cell): Cell {
  const cells = (Reflect.get(stack, "cells") as Layer[]).map(cellOf);
  const counts = cells.map((cell) => cell.stateShapes(["batch", 1, 1]).length);

  return {
    prepare: (onnx, x) => cells[0]?.prepare(onnx, x) ?? x,
    stateShapes: (prepared) => cells.toReversed().flatMap((cell) => cell.stateShapes(prepared)),
    step(onnx, prepared, states) {
      const own = deal(states, counts.toReversed()).toReversed();
      const next: Value[][] = [];
      let output = prepared;
      for (const [index, cell] of cells.entries()) {
        const input = index === 0 ? prepared : cell.prepare(onnx, output);
        const step = cell.step(onnx, input, own[index] ?? []);
        output = step.output;
        next.unshift([...step.states]);
      }
      return { output, states: next.flat() };
    },
  };
}

function deal(values: readonly Value[], counts: readonly number[]): Value[][] {
  let start = 0;
  return counts.map((count) => {
    start += count;
    return values.slice(start - count, start);
  });
}
