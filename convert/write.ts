import type { ExternalData } from "../core/runtime.ts";
import { type ExternalPlace, sharedMetadata, tensorBytes, writeOnnx } from "../onnx/index.ts";
import { constantsOf, emitModel } from "./emit.ts";
import type { Constant, Graph } from "./graph/types.ts";
import type { ConvertSettings } from "./options.ts";
import { splitLargeConstants } from "./passes/splitting.ts";

/** The smallest tensor, in bytes, that goes into an external file if there are any. */
const SMALLEST_EXTERNAL = 1024;
/** Alignment of external tensors in their file, in bytes: whole pages, so that a runtime can map them. */
const ALIGNMENT = 4096;

/** Writes a graph to one file, or to several where it exceeds the largest file size. */
export function writeModel(
  graph: Graph,
  { settings, name }: { settings: ConvertSettings; name: string },
): { model: Uint8Array<ArrayBuffer>; externalData: ExternalData[] } {
  const { weights, layout } = settings;
  const metadata = { weights, layout, ...sharedMetadata(graph.shared ?? []) };
  const { opset, maximumFileBytes, externalWeights } = settings;
  // A message of gigabytes cannot even be built, so the size of the weights decides first.
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

/** Assigns tensors to as few files as their order allows. */
function place(constants: readonly Constant[], name: string, limit: number) {
  const external = new Map<Constant, ExternalPlace>();
  const groups: { location: string; tensors: Constant[]; bytes: number }[] = [];
  for (const constant of constants) {
    const length = constant.data.byteLength;
    if (length < SMALLEST_EXTERNAL) continue;
    const last = groups.at(-1);
    const offset = last === undefined ? 0 : Math.ceil(last.bytes / ALIGNMENT) * ALIGNMENT;
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
