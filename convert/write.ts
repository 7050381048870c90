import type { ExternalData } from "../core/runtime.ts";
import { type ExternalPlace, sharedMetadata, tensorBytes, writeOnnx } from "../onnx/index.ts";
import { constantsOf, emitModel } from "./emit.ts";
import type { Constant, Graph } from "./graph/types.ts";
import type { ConvertSettings } from "./options.ts";
import { splitLargeConstants } from "./passes/splitting.ts";

/** Tensors at least this large go into external files when there are any; small ones stay. */
const smallestExternal = 1024;
/** External tensors begin at whole pages, so that a runtime may map them. */
const alignment = 4096;

/** The files of a graph: one, or several when it would be larger than a file may be. */
export function writeModel(
  graph: Graph,
  { settings, name }: { settings: ConvertSettings; name: string },
): { model: Uint8Array<ArrayBuffer>; externalData: ExternalData[] } {
  const { weights, layout } = settings;
  const metadata = { weights, layout, ...sharedMetadata(graph.shared ?? []) };
  const { opset, maximumFileBytes, externalWeights } = settings;
  // A message of gigabytes cannot even be built: whether it is tried is decided by the weights.
  const weightBytes = constantsOf(graph).reduce((sum, { data }) => sum + data.byteLength, 0);
  const tryWhole = !externalWeights && weightBytes <= maximumFileBytes;
  const whole = tryWhole ? writeOnnx(emitModel(graph, { opset, metadata })) : undefined;
  if (whole !== undefined && whole.byteLength <= maximumFileBytes) {
    return { model: whole, externalData: [] };
  }
  splitLargeConstants(graph, maximumFileBytes);
  const { files, external } = place(constantsOf(graph), name, maximumFileBytes);
  return { model: writeOnnx(emitModel(graph, { opset, metadata, external })), externalData: files };
}

/** Lays tensors one after the other into as few files as their order allows. */
function place(constants: readonly Constant[], name: string, limit: number) {
  const external = new Map<Constant, ExternalPlace>();
  const groups: { location: string; tensors: Constant[]; bytes: number }[] = [];
  for (const constant of constants) {
    const length = constant.data.byteLength;
    if (length < smallestExternal) continue;
    const last = groups.at(-1);
    const offset = last === undefined ? 0 : Math.ceil(last.bytes / alignment) * alignment;
    const fits = last !== undefined && offset + length <= limit;
    const group = fits
      ? last
      : { location: `${name}-weights-${groups.length + 1}.bin`, tensors: [], bytes: 0 };
    if (!fits) groups.push(group);
    external.set(constant, { location: group.location, offset: fits ? offset : 0, length });
    group.tensors.push(constant);
    group.bytes = (fits ? offset : 0) + length;
  }
  const files = groups.map(({ location, tensors, bytes }): ExternalData => {
    const data = new Uint8Array(bytes);
    for (const tensor of tensors) {
      data.set(tensorBytes(tensor.data), external.get(tensor)?.offset ?? 0);
    }
    return { path: location, data };
  });
  return { files, external };
}
