import { TensorProto_DataType as OnnxType } from "./schema/onnx_pb.ts";

/** The data types of tensors. */
export type DataType = "float32" | "float16" | "int32" | "int64" | "int8" | "uint8" | "bool";

/** The elements of a tensor. `float16` is stored as its 16 bits, `bool` as bytes 0 and 1. */
export type TensorData =
  | Float32Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

interface Representation {
  readonly onnx: OnnxType;
  readonly bytes: number;
  readonly view: (buffer: ArrayBuffer) => TensorData;
}

const REPRESENTATIONS: Record<DataType, Representation> = {
  float32: { onnx: OnnxType.FLOAT, bytes: 4, view: (buffer) => new Float32Array(buffer) },
  float16: { onnx: OnnxType.FLOAT16, bytes: 2, view: (buffer) => new Uint16Array(buffer) },
  int32: { onnx: OnnxType.INT32, bytes: 4, view: (buffer) => new Int32Array(buffer) },
  int64: { onnx: OnnxType.INT64, bytes: 8, view: (buffer) => new BigInt64Array(buffer) },
  int8: { onnx: OnnxType.INT8, bytes: 1, view: (buffer) => new Int8Array(buffer) },
  uint8: { onnx: OnnxType.UINT8, bytes: 1, view: (buffer) => new Uint8Array(buffer) },
  bool: { onnx: OnnxType.BOOL, bytes: 1, view: (buffer) => new Uint8Array(buffer) },
};

/** Returns ONNX's number for a data type. */
export function toOnnxType(type: DataType): OnnxType {
  return REPRESENTATIONS[type].onnx;
}

/** Returns the data type for ONNX's number; undefined for one that this project does not use. */
export function fromOnnxType(onnx: number): DataType | undefined {
  const names = Object.keys(REPRESENTATIONS) as DataType[];
  return names.find((name) => REPRESENTATIONS[name].onnx === onnx);
}

/** Returns the number of bytes of one element. */
export function elementBytes(type: DataType): number {
  return REPRESENTATIONS[type].bytes;
}

/** Copies little-endian bytes into an array of the type. */
export function viewData(type: DataType, bytes: Uint8Array): TensorData {
  // Copied, because `slice` of a Node Buffer is a view of a larger memory.
  return REPRESENTATIONS[type].view(new Uint8Array(bytes).buffer);
}
