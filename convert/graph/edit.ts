import { infer } from "./infer/index.ts";
import type { Attribute, Graph, GraphNode, Value } from "./types.ts";

/** The graph that an attribute holds, if it is one: the body of a `Scan`. */
function subgraphOf(attribute: Attribute): Graph | undefined {
  return typeof attribute === "object" && "graph" in attribute ? attribute.graph : undefined;
}

/** Bodies inside a node. */
export function subgraphs(node: GraphNode): Graph[] {
  return Object.values(node.attributes).flatMap((attribute) => subgraphOf(attribute) ?? []);
}

/** Every value that a node reads, those that its bodies read from outside included. */
export function readsOf(node: GraphNode): Value[] {
  const own = node.inputs.filter((value) => value !== undefined);
  const inner = subgraphs(node).flatMap((body) => [
    ...body.nodes.flatMap(readsOf),
    ...body.outputs,
  ]);
  return [...own, ...inner];
}

/** Who reads each value, and who makes it. */
export class Edges {
  readonly #readers = new Map<Value, GraphNode[]>();
  readonly #makers = new Map<Value, GraphNode>();
  readonly #results: ReadonlySet<Value>;

  constructor(graph: Graph) {
    this.#results = new Set(graph.outputs);
    for (const node of graph.nodes) {
      for (const output of node.outputs) this.#makers.set(output, node);
      for (const value of readsOf(node))
        this.#readers.set(value, [...(this.#readers.get(value) ?? []), node]);
    }
  }

  maker(value: Value | undefined): GraphNode | undefined {
    return value && this.#makers.get(value);
  }

  /** The only node that reads the value, if there is just one and it is no output of the graph. */
  onlyReader(value: Value): GraphNode | undefined {
    const readers = this.#readers.get(value) ?? [];
    return readers.length === 1 && !this.#results.has(value) ? readers[0] : undefined;
  }
}

/** Makes everything that read one value read another. */
export function replaceValues(graph: Graph, replaced: ReadonlyMap<Value, Value>): void {
  if (replaced.size === 0) return;
  const current = (value: Value): Value => {
    let last = value;
    for (let next = replaced.get(last); next !== undefined; next = replaced.get(last)) last = next;
    return last;
  };
  for (const node of graph.nodes) {
    node.inputs = node.inputs.map((value) => value && current(value));
    for (const body of subgraphs(node)) replaceValues(body, replaced);
  }
  graph.outputs = graph.outputs.map(current);
}

/** Removes nodes that nothing reads, inside of bodies too. */
export function removeDead(graph: Graph): void {
  const needed = new Set(graph.outputs);
  const kept: GraphNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    for (const body of subgraphs(node)) removeDead(body);
    for (const value of readsOf(node)) needed.add(value);
    kept.push(node);
  }
  graph.nodes = kept.reverse();
}

/** A node like another, with some of it changed and its outputs inferred anew. */
export function rebuilt(node: GraphNode, changes: Partial<GraphNode>): GraphNode {
  const next = { ...node, ...changes };
  const outputs = infer(next.op, next.inputs, next.attributes).map(
    ({ type, shape }, index): Value => ({
      name: node.outputs[index]?.name ?? node.name,
      type,
      shape,
    }),
  );
  return { ...next, outputs };
}

/** A new node, its outputs inferred. */
export function newNode(
  op: string,
  name: string,
  inputs: (Value | undefined)[],
  attributes: Readonly<Record<string, Attribute>> = {},
): GraphNode {
  return rebuilt({ name, op, domain: "", inputs, outputs: [], attributes }, {});
}
