import { infer } from "./infer/index.ts";
import type { Attribute, Graph, GraphNode, Value } from "./types.ts";

/** Returns the graph that an attribute holds, if any: the body of a `Scan`. */
function subgraphOf(attribute: Attribute): Graph | undefined {
  return typeof attribute === "object" && "graph" in attribute ? attribute.graph : undefined;
}

/** Returns the subgraphs of a node. */
export function subgraphs(node: GraphNode): Graph[] {
  return Object.values(node.attributes).flatMap((attribute) => subgraphOf(attribute) ?? []);
}

/** Returns every value that a node reads, including what its subgraphs read from outside. */
export function readsOf(node: GraphNode): Value[] {
  const own = node.inputs.filter((value) => value !== undefined);
  const inner = subgraphs(node).flatMap((body) => [
    ...body.nodes.flatMap(readsOf),
    ...body.outputs,
  ]);
  return [...own, ...inner];
}

/** Finds the readers and the producer of each value. */
export class Edges {
  readonly #readers = new Map<Value, GraphNode[]>();
  readonly #producers = new Map<Value, GraphNode>();
  readonly #results: ReadonlySet<Value>;

  constructor(graph: Graph) {
    this.#results = new Set(graph.outputs);
    for (const node of graph.nodes) {
      for (const output of node.outputs) this.#producers.set(output, node);
      for (const value of readsOf(node))
        this.#readers.set(value, [...(this.#readers.get(value) ?? []), node]);
    }
  }

  /** Returns the node that computes the value; undefined for an input of the graph and a constant. */
  producer(value: Value | undefined): GraphNode | undefined {
    return value && this.#producers.get(value);
  }

  /**
   * Returns the only node that reads the value; undefined for an output of the graph and for
   * several readers.
   */
  onlyReader(value: Value): GraphNode | undefined {
    const readers = this.#readers.get(value) ?? [];
    return readers.length === 1 && !this.#results.has(value) ? readers[0] : undefined;
  }
}

/** Replaces values wherever they are read. */
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

/** Removes nodes whose outputs are not read, also in subgraphs. */
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

/**
 * Replaces nodes by others with one output in place of theirs, and removes the nodes that are then not
 * read.
 *
 * @param replacement - returns the new node; undefined keeps the old one.
 */
export function replaceNodes(
  graph: Graph,
  replacement: (node: GraphNode) => GraphNode | undefined,
): void {
  const replaced = new Map<Value, Value>();
  graph.nodes = graph.nodes.map((node) => {
    const next = replacement(node);
    const [before, after] = [node.outputs[0], next?.outputs[0]];
    if (next === undefined || before === undefined || after === undefined) return node;
    replaced.set(before, after);
    return next;
  });
  replaceValues(graph, replaced);
  removeDead(graph);
}

/** Returns a node with some properties changed and its outputs inferred again. */
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

/** Returns a new node with its outputs inferred. */
export function newNode(
  op: string,
  name: string,
  inputs: (Value | undefined)[],
  attributes: Readonly<Record<string, Attribute>> = {},
): GraphNode {
  return rebuilt({ name, op, domain: "", inputs, outputs: [], attributes }, {});
}
