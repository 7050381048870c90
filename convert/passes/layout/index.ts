/**
 * Moves transposes towards the outputs until they meet their inverse or an operation that depends
 * on the layout. Handlers put one before and one after every operation that takes channels first;
 * after this pass only those remain that a graph's input, output or a reshape needs.
 *
 * @module
 */
import { reshaped, transposed } from "../../graph/arrays.ts";
import { newNode, rebuilt, removeDead, replaceValues } from "../../graph/edit.ts";
import { type Graph, type GraphNode, isConstant, type Value } from "../../graph/types.ts";
import { compose, inverse, isIdentity, permOf } from "./permutations.ts";
import { RULES } from "./rules.ts";

/** Moves the transposes of a graph towards its outputs, and removes those that meet their inverse. */
export function moveTransposes(graph: Graph): void {
  const mover = new Mover();
  graph.nodes = graph.nodes.flatMap((node) => mover.visit(node));
  replaceValues(graph, mover.replaced);
  removeDead(graph);
  shareTransposes(graph);
}

/** A tensor before its transpose. */
interface Source {
  readonly value: Value;
  readonly perm: readonly number[];
}

class Mover {
  readonly replaced = new Map<Value, Value>();
  readonly #sources = new Map<Value, Source>();

  /** Returns the nodes that replace a node. Its inputs must have been visited. */
  visit(node: GraphNode): GraphNode[] {
    node.inputs = node.inputs.map((value) => value && (this.replaced.get(value) ?? value));
    const perm = permOf(node);
    return perm === undefined ? this.#visitOther(node) : this.#visitTranspose(node, perm);
  }

  #visitTranspose(node: GraphNode, perm: readonly number[]): GraphNode[] {
    const [input] = node.inputs;
    const [output] = node.outputs;
    if (input === undefined || output === undefined) return [node];
    const earlier = this.#sources.get(input);
    const value = earlier?.value ?? input;
    const whole = earlier === undefined ? perm : compose(earlier.perm, perm);
    if (isIdentity(whole)) {
      this.replaced.set(output, value);
      return [];
    }
    this.#sources.set(output, { value, perm: whole });
    return [{ ...node, inputs: [value], attributes: { perm: whole } }];
  }

  #visitOther(node: GraphNode): GraphNode[] {
    const rule = RULES[node.op];
    if (rule === undefined || node.domain !== "") return [node];
    const carried = rule.carries === "first" ? node.inputs.slice(0, 1) : node.inputs;
    const perm = this.#commonPermutation(carried);
    if (perm === undefined) return [node];
    const before: GraphNode[] = [];
    const inputs = carried.map((value) => value && this.#untransposed(value, perm, node, before));
    const moved = rule.move(node, [...inputs, ...node.inputs.slice(carried.length)], perm);
    if (moved === undefined) return [node];
    const inner = rebuilt(node, { inputs: moved.inputs, attributes: moved.attributes });
    return [...before, inner, ...this.#transposesAfter(node, inner, moved.after)];
  }

  /** Returns the permutation that at least half of the computed inputs have, if there is one. */
  #commonPermutation(carried: readonly (Value | undefined)[]): readonly number[] | undefined {
    const computed = carried.filter((value) => value !== undefined && !isConstant(value));
    const known = computed.flatMap((value) => (value && this.#sources.get(value)) ?? []);
    const [first] = known;
    if (first === undefined || known.length * 2 < computed.length) return undefined;
    const agree = known.every(({ perm }) => String(perm) === String(first.perm));
    const ranks = computed.every((value) => value?.shape.length === first.perm.length);
    return agree && ranks ? first.perm : undefined;
  }

  #untransposed(
    value: Value,
    perm: readonly number[],
    node: GraphNode,
    before: GraphNode[],
  ): Value {
    const source = this.#sources.get(value);
    if (source !== undefined) return source.value;
    if (isConstant(value)) {
      // Broadcasting aligns the last axes: missing axes have size 1 at the front.
      if (value.data.length === 1) return value;
      const missing = perm.length - value.shape.length;
      const full = reshaped(value, [...Array(missing).fill(1), ...value.shape]);
      return transposed(full, inverse(perm));
    }
    const turn = newNode("Transpose", `${node.name}/Transpose`, [value], { perm: inverse(perm) });
    before.push(turn);
    return turn.outputs[0] ?? value;
  }

  #transposesAfter(node: GraphNode, inner: GraphNode, perm: readonly number[]): GraphNode[] {
    return inner.outputs.flatMap((result, index) => {
      const old = node.outputs[index];
      if (old === undefined) return [];
      if (isIdentity(perm)) {
        this.replaced.set(old, result);
        return [];
      }
      this.#sources.set(old, { value: result, perm });
      const turn = newNode("Transpose", `${node.name}/Transpose`, [result], { perm });
      return [{ ...turn, outputs: [old] }];
    });
  }
}

/** Merges equal transposes of one tensor. */
function shareTransposes(graph: Graph): void {
  const first = new Map<Value, Map<string, Value>>();
  const replaced = new Map<Value, Value>();
  for (const node of graph.nodes) {
    const [input] = node.inputs;
    const [output] = node.outputs;
    const perm = permOf(node);
    if (perm === undefined || input === undefined || output === undefined) continue;
    const known = first.get(input) ?? new Map<string, Value>();
    first.set(input, known);
    const earlier = known.get(String(perm));
    if (earlier === undefined) known.set(String(perm), output);
    else replaced.set(output, earlier);
  }
  replaceValues(graph, replaced);
  removeDead(graph);
}
