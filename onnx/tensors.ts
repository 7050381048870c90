import { create } from "@bufbuild/protobuf";
import { UserError } from "../core/errors.ts";
import {
  type DataType,
  elementBytes,
  fromOnnxType,
  type TensorData,
  toOnnxType,
  viewData,
} from "./data-types.ts";
import {
  TensorProto_DataLocation as Location,
  type TensorProto,
  TensorProtoSchema,
} from "./schema/onnx_pb.ts";

/** A constant tensor, row-major. */
export interface OnnxTensor {
  readonly name: string;
  readonly type: DataType;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** The place of an initializer's bytes in another file. */
export interface ExternalPlace {
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/**
 * Returns the bytes of a tensor's elements without a copy. ONNX is little-endian, like all
 * supported hosts.
 */
export function tensorBytes(data: TensorData): Uint8Array<ArrayBuffer> {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Writes a tensor with its bytes in the message, or with a reference to external data. */
export function tensorToProto(tensor: OnnxTensor, external?: ExternalPlace): TensorProto {
  const proto = create(TensorProtoSchema, {
    name: tensor.name,
    dataType: toOnnxType(tensor.type),
    dims: tensor.shape.map(BigInt),
  });
  if (external === undefined) {
    proto.rawData = tensorBytes(tensor.data);
  } else {
    proto.dataLocation = Location.EXTERNAL;
    proto.externalData = Object.entries(external).map(([key, value]) => ({
      $typeName: "onnx.StringStringEntryProto",
      key,
      value: String(value),
    }));
  }
  return proto;
}

/**
 * Reads an initializer.
 *
 * @param files - bytes of the external data files by location.
 * @throws {UserError} `onnx_tensor_invalid` for an unknown element type or storage, a missing
 *   external file, or a length that does not fit the shape.
 */
export function tensorFromProto(
  proto: TensorProto,
  files: ReadonlyMap<string, Uint8Array> = new Map(),
): OnnxTensor {
  const type = fromOnnxType(proto.dataType);
  if (type === undefined) {
    throw invalid(proto, `has the element type ${proto.dataType}, which is not supported`);
  }
  const shape = proto.dims.map(Number);
  const elements = shape.reduce((product, size) => product * size, 1);
  const bytes =
    proto.dataLocation === Location.EXTERNAL
      ? externalBytes(proto, files)
      : innerBytes(proto, type);
  if (bytes.byteLength !== elements * elementBytes(type)) {
    throw invalid(proto, `has ${bytes.byteLength} bytes for shape [${shape}] of ${type}`);
  }
  return { name: proto.name, type, shape, data: viewData(type, bytes) };
}

/**
 * Returns the place of an initializer's external data; undefined if its bytes are in the model
 * file.
 */
export function externalPlace(proto: TensorProto): ExternalPlace | undefined {
  if (proto.dataLocation !== Location.EXTERNAL) return undefined;
  const entries = new Map(proto.externalData.map(({ key, value }) => [key, value]));
  return {
    location: entries.get("location") ?? "",
    offset: Number(entries.get("offset") ?? 0),
    length: Number(entries.get("length") ?? Number.NaN),
  };
}

function externalBytes(proto: TensorProto, files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const place = externalPlace(proto);
  const file = place && files.get(place.location);
  if (place === undefined || file === undefined) {
    throw invalid(proto, `lies in "${place?.location}", which was not given`);
  }
  const length = Number.isNaN(place.length) ? file.byteLength - place.offset : place.length;
  return file.subarray(place.offset, place.offset + length);
}

/** Other programs use the typed fields for small tensors; this project always writes raw bytes. */
function innerBytes(proto: TensorProto, type: DataType): Uint8Array {
  if (type === "float32" && proto.floatData.length > 0) {
    return tensorBytes(new Float32Array(proto.floatData));
  }
  if (type === "int64" && proto.int64Data.length > 0) {
    return tensorBytes(new BigInt64Array(proto.int64Data));
  }
  if (type === "int32" && proto.int32Data.length > 0) {
    return tensorBytes(new Int32Array(proto.int32Data));
  }
  return proto.rawData;
}

function invalid(proto: TensorProto, what: string): UserError {
  return new UserError("onnx_tensor_invalid", `The ONNX initializer "${proto.name}" ${what}.`);
}
