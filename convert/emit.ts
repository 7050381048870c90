import { create } from "@bufbuild/protobuf";
import {
  type ExternalPlace,
  type GraphProto,
  type ModelProto,
  tensorToProto,
  toOnnxType,
  type ValueInfoProto,
} from "../onnx/index.ts";
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  ValueInfoProtoSchema,
} from "../onnx/schema/onnx_pb.ts";
import { readsOf, subgraphs } from "./graph/edit.ts";
import {
  type Attribute,
  type Constant,
  type Graph,
  type GraphNode,
  isConstant,
  type Value,
} from "./graph/types.ts";

/** The version of the file format that each opset came with. */
const IR_VERSIONS: readonly [opset: number, version: bigint][] = [
  [23, 11n],
  [21, 10n],
  [19, 9n],
  [0, 8n],
];

interface EmitOptions {
  readonly opset: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** The places of constants that are stored in other files. */
  readonly external?: ReadonlyMap<Constant, ExternalPlace>;
}

/** Writes a graph as an ONNX model with unique names and the shape of every value. */
export function emitModel(graph: Graph, options: EmitOptions): ModelProto {
  const names = new Names(graph);
  const domains = [...new Set(allNodes(graph).map(({ domain }) => domain))].filter(Boolean);
  return create(ModelProtoSchema, {
    irVersion: IR_VERSIONS.find(([opset]) => options.opset >= opset)?.[1] ?? 8n,
    producerName: "edge-caption",
    opsetImport: [
      { domain: "", version: BigInt(options.opset) },
      ...domains.map((domain) => ({ domain, version: 1n })),
    ],
    metadataProps: Object.entries(options.metadata).map(([key, value]) => ({ key, value })),
    graph: emitGraph(graph, names, {
      initializer: constantsOf(graph).map((constant) =>
        tensorToProto({ ...constant, name: names.of(constant) }, options.external?.get(constant)),
      ),
    }),
  });
}

/** Returns the constants in the order of their first use, including those of inner graphs. */
export function constantsOf(graph: Graph): Constant[] {
  const constants = graph.nodes.flatMap(readsOf).filter(isConstant);
  return [...new Set([...constants, ...graph.outputs.filter(isConstant)])];
}

function allNodes(graph: Graph): GraphNode[] {
  return graph.nodes.flatMap((node) => [node, ...subgraphs(node).flatMap(allNodes)]);
}

function emitGraph(
  graph: Graph,
  names: Names,
  rest: { initializer?: GraphProto["initializer"] } = {},
): GraphProto {
  const visible = new Set([...graph.inputs, ...graph.outputs]);
  const inner = graph.nodes
    .flatMap(({ outputs }) => outputs)
    .filter((value) => !visible.has(value));
  return create(GraphProtoSchema, {
    name: graph.name,
    input: graph.inputs.map((value) => emitValue(value, names)),
    output: graph.outputs.map((value) => emitValue(value, names)),
    valueInfo: inner.map((value) => emitValue(value, names)),
    node: graph.nodes.map((node) => emitNode(node, names)),
    ...rest,
  });
}

function emitNode(node: GraphNode, names: Names) {
  const inputs = node.inputs.map((value) => (value === undefined ? "" : names.of(value)));
  while (inputs.at(-1) === "") inputs.pop();
  return create(NodeProtoSchema, {
    name: names.ofNode(node),
    opType: node.op,
    domain: node.domain,
    input: inputs,
    output: node.outputs.map((value) => names.of(value)),
    attribute: Object.entries(node.attributes).map(([name, value]) =>
      emitAttribute(name, value, names),
    ),
  });
}

function emitAttribute(name: string, value: Attribute, names: Names) {
  const attribute = create(AttributeProtoSchema, { name });
  if (typeof value === "number" || typeof value === "boolean") {
    attribute.type = AttributeType.INT;
    attribute.i = BigInt(value);
  } else if (typeof value === "string") {
    attribute.type = AttributeType.STRING;
    attribute.s = new TextEncoder().encode(value);
  } else if ("float" in value) {
    attribute.type = AttributeType.FLOAT;
    attribute.f = value.float;
  } else if ("floats" in value) {
    attribute.type = AttributeType.FLOATS;
    attribute.floats = [...value.floats];
  } else if ("graph" in value) {
    attribute.type = AttributeType.GRAPH;
    attribute.g = emitGraph(value.graph, names);
  } else if (value.every((item) => typeof item === "string")) {
    attribute.type = AttributeType.STRINGS;
    attribute.strings = value.map((item) => new TextEncoder().encode(item));
  } else {
    attribute.type = AttributeType.INTS;
    attribute.ints = value.map(BigInt);
  }
  return attribute;
}

function emitValue(value: Value, names: Names): ValueInfoProto {
  return create(ValueInfoProtoSchema, {
    name: names.of(value),
    type: {
      value: {
        case: "tensorType",
        value: {
          elemType: toOnnxType(value.type),
          shape: {
            dim: value.shape.map((size) => ({
              value:
                typeof size === "number"
                  ? { case: "dimValue" as const, value: BigInt(size) }
                  : { case: "dimParam" as const, value: size },
            })),
          },
        },
      },
    },
  });
}

/**
 * Gives each value a unique name. Inputs and outputs keep theirs; others get a number where they
 * clash.
 */
class Names {
  readonly #names = new Map<Value, string>();
  readonly #nodeNames = new Map<GraphNode, string>();
  readonly #taken = new Set<string>();
  readonly #takenByNodes = new Set<string>();

  constructor(graph: Graph) {
    for (const value of [...graph.inputs, ...graph.outputs, ...constantsOf(graph)]) this.of(value);
  }

  of(value: Value): string {
    const known = this.#names.get(value);
    if (known !== undefined) return known;
    const name = unique(value.name, this.#taken);
    this.#names.set(value, name);
    return name;
  }

  ofNode(node: GraphNode): string {
    const known = this.#nodeNames.get(node) ?? unique(node.name, this.#takenByNodes);
    this.#nodeNames.set(node, known);
    return known;
  }
}

function unique(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let count = 1; taken.has(name); count += 1) name = `${wanted}_${count}`;
  taken.add(name);
  return name;
}
