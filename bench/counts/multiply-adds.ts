import type { GraphProto, ModelProto, NodeProto, TypeProto } from "../../onnx/index.ts";

/**
 * Counts the multiply-adds of a graph for one image or one word from the shapes in the file:
 * convolutions, matrix products and LSTMs. Other operations (activations, softmax) add a few per cent.
 */
export function multiplyAdds({ graph }: ModelProto): number {
  if (graph === undefined) return 0;
  const shapes = shapesOf(graph);
  return graph.node.reduce((sum, node) => sum + multiplyAddsOf(node, shapes), 0);
}

type Shapes = ReadonlyMap<string, readonly number[]>;

function multiplyAddsOf(node: NodeProto, shapes: Shapes): number {
  const input = (index: number) => shapes.get(node.input[index] ?? "") ?? [];
  const output = product(shapes.get(node.output[0] ?? "") ?? []);
  switch (node.opType) {
    case "Conv": {
      // [out, in / group, ...sizes]: every output element is a sum over all but the first axis.
      return output * product(input(1).slice(1));
    }
    case "MatMul":
      return output * (input(0).at(-1) ?? 0);
    case "Gemm": {
      const isTransposed = node.attribute.some(({ name, i }) => name === "transA" && i === 1n);
      return output * (input(0)[isTransposed ? 0 : 1] ?? 0);
    }
    case "LSTM": {
      // X: [steps, batch, in]; W: [directions, 4 units, in]; R: [directions, 4 units, units].
      const [steps = 1, batch = 1] = input(0);
      return steps * batch * (product(input(1)) + product(input(2)));
    }
    default:
      return 0;
  }
}

/** Returns the shapes of the graph's values and weights; an axis of open size counts as one. */
function shapesOf(graph: GraphProto): Shapes {
  const noted = [...graph.valueInfo, ...graph.input, ...graph.output].map(
    ({ name, type }) => [name, dimensions(type)] as const,
  );
  const weights = graph.initializer.map(({ name, dims }) => [name, dims.map(Number)] as const);
  return new Map([...noted, ...weights]);
}

function dimensions(type: TypeProto | undefined): number[] {
  const shape = type?.value.case === "tensorType" ? type.value.value.shape : undefined;
  return (shape?.dim ?? []).map(({ value }) =>
    value.case === "dimValue" ? Number(value.value) : 1,
  );
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((result, size) => result * size, 1);
}
