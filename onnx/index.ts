/**
 * Reads and writes ONNX files with the project's own schema (`schema/onnx.proto`).
 *
 * @module
 */
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { UserError } from "../core/errors.ts";
import { type ModelProto, ModelProtoSchema } from "./schema/onnx_pb.ts";
import { externalPlace, type OnnxTensor, tensorFromProto } from "./tensors.ts";

export * from "./axes.ts";
export * from "./data-types.ts";
export * from "./half-precision.ts";
export type * from "./schema/onnx_pb.ts";
export * from "./shared-initializers.ts";
export * from "./tensors.ts";
export * from "./weight-layout.ts";

/** Returns the bytes of an ONNX file. */
export function writeOnnx(model: ModelProto): Uint8Array<ArrayBuffer> {
  return toBinary(ModelProtoSchema, model) as Uint8Array<ArrayBuffer>;
}

/**
 * Parses an ONNX file.
 *
 * @throws {UserError} `onnx_invalid` when the bytes are not an ONNX model.
 */
export function readOnnx(bytes: Uint8Array): ModelProto {
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    throw new UserError("onnx_invalid", "The file is not an ONNX model.", { cause });
  }
  if (model.graph === undefined) {
    throw new UserError("onnx_invalid", "The file is not an ONNX model: it has no graph.");
  }
  return model;
}

/**
 * Returns the weights of a model by name.
 *
 * @param files - bytes of the external data files by location; see {@link externalLocations}.
 * @throws {UserError} `onnx_tensor_invalid`
 */
export function readInitializers(
  model: ModelProto,
  files?: ReadonlyMap<string, Uint8Array>,
): Map<string, OnnxTensor> {
  const tensors = (model.graph?.initializer ?? []).map((proto) => tensorFromProto(proto, files));
  return new Map(tensors.map((tensor) => [tensor.name, tensor]));
}

/** Returns the locations of the external data files that a model refers to, each once. */
export function externalLocations(model: ModelProto): string[] {
  const places = (model.graph?.initializer ?? []).map(externalPlace);
  return [...new Set(places.flatMap((place) => (place === undefined ? [] : [place.location])))];
}
