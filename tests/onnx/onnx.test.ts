import { create } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  externalLocations,
  type OnnxTensor,
  readInitializers,
  readOnnx,
  tensorFromProto,
  tensorToProto,
  writeOnnx,
} from "../../onnx/index.ts";
import { GraphProtoSchema, ModelProtoSchema } from "../../onnx/schema/onnx_pb.ts";

function fileWith(...protos: ReturnType<typeof tensorToProto>[]) {
  const graph = create(GraphProtoSchema, { name: "g", initializer: protos });
  return writeOnnx(create(ModelProtoSchema, { irVersion: 8n, graph }));
}

const floats = (name: string, values: number[]): OnnxTensor => ({
  name,
  type: "float32",
  shape: [values.length],
  data: new Float32Array(values),
});

describe("initializers", () => {
  test("of every type survive a round trip", () => {
    const tensors: OnnxTensor[] = [
      floats("f", [1.5, -2, Number.POSITIVE_INFINITY]),
      { name: "h", type: "float16", shape: [2], data: new Uint16Array([0x3c00, 0xc000]) },
      { name: "i", type: "int32", shape: [2, 1], data: new Int32Array([-1, 2 ** 31 - 1]) },
      { name: "l", type: "int64", shape: [1], data: new BigInt64Array([-(2n ** 63n)]) },
      { name: "b", type: "int8", shape: [2], data: new Int8Array([-128, 127]) },
      { name: "u", type: "uint8", shape: [], data: new Uint8Array([255]) },
      { name: "o", type: "bool", shape: [2], data: new Uint8Array([0, 1]) },
    ];
    const read = readInitializers(readOnnx(fileWith(...tensors.map((t) => tensorToProto(t)))));
    expect([...read.values()]).toEqual(tensors);
  });

  test("of any numbers and shape survive a round trip", () => {
    fc.assert(
      fc.property(fc.array(fc.float(), { maxLength: 40 }), (values) => {
        const tensor = floats("x", values);
        expect(tensorFromProto(tensorToProto(tensor))).toEqual(tensor);
      }),
    );
  });

  test("in other files are read from there", () => {
    const place = { location: "w.bin", offset: 8, length: 8 };
    const bytes = fileWith(tensorToProto(floats("x", [3, 4]), place));
    const model = readOnnx(bytes);
    expect(externalLocations(model)).toEqual(["w.bin"]);
    const file = new Uint8Array(new Float32Array([1, 2, 3, 4]).buffer);
    const [tensor] = readInitializers(model, new Map([["w.bin", file]])).values();
    expect(tensor).toEqual(floats("x", [3, 4]));
    expect(() => readInitializers(model)).toThrow(/lies in "w.bin", which was not given/);
  });

  test("whose bytes do not fit their shape are refused", () => {
    const proto = tensorToProto(floats("x", [1, 2]));
    proto.dims = [3n];
    expect(() => tensorFromProto(proto)).toThrow(/"x" has 8 bytes for shape \[3\] of float32/);
  });
});

test("bytes that are not an ONNX model are refused in one line", () => {
  expect(() => readOnnx(new TextEncoder().encode("{}"))).toThrow(/not an ONNX model/);
  expect(() => readOnnx(new Uint8Array())).toThrow(/has no graph/);
});
