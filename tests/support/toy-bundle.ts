import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { type Manifest, manifestFileName, parseManifest } from "../../core/bundle/manifest.ts";
import type { ConfidenceModel } from "../../core/confidence/schema.ts";
import { type OnnxTensor, tensorToProto, toOnnxType, writeOnnx } from "../../onnx/index.ts";
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
} from "../../onnx/schema/onnx_pb.ts";

const SPECIAL = ["<pad>", "<start>", "<end>", "<unknown>"];
const COLOURS: readonly string[] = ["red", "green", "blue"];
const [START, END] = [1, 2];
const OPSET = 17n;

interface ToyOptions {
  readonly colours?: readonly string[];
  readonly styles?: readonly string[];
  readonly confidence?: ConfidenceModel;
}

/**
 * Writes the smallest bundle whose captions depend on the image: a word for the strongest of red,
 * green and blue.
 *
 * @param colours - its words for the three.
 * @param styles - names of styles, the default first; the first names every colour as it is, the
 *   others take all for the last colour.
 * @param confidence - the model of its confidence.
 */
export async function writeToyBundle(
  directory: string,
  { colours = COLOURS, styles = [], confidence }: ToyOptions = {},
): Promise<Manifest> {
  const tokens = [...SPECIAL, ...styles.map((style) => `<style:${style}>`), ...colours];
  const files = [
    { role: "encoder", path: "encoder.onnx", data: encoder() },
    { role: "decoder", path: "decoder.onnx", data: decoder(styles.length) },
    { role: "vocabulary", path: "vocabulary.json", data: Buffer.from(JSON.stringify(tokens)) },
  ];
  const manifest = parseManifest({
    schema: 1,
    name: "toy",
    version: "1.0.0",
    provenance: {
      dataset: "none",
      images: 1,
      captions: 1,
      backbone: { name: "the mean colour", fineTuned: false },
      command: "",
      seed: 0,
      epochs: 0,
    },
    metrics: [],
    preparation: { height: 4, width: 6 },
    network: {
      kind: "lstm",
      encoder: { image: "image" },
      decoder: {
        token: "token",
        logits: "logits",
        state: [{ input: "colour_in", output: "colour_out", initial: "colour" }],
        image: [],
      },
      embeddingSize: 1,
      units: 3,
    },
    maximumLength: 5,
    ...(styles[0] === undefined ? {} : { styles, defaultStyle: styles[0] }),
    ...(confidence === undefined ? {} : { confidence }),
    files: files.map(({ role, path, data }) => ({
      role,
      path,
      bytes: data.byteLength,
      sha256: createHash("sha256").update(data).digest("hex"),
    })),
  });
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, manifestFileName), JSON.stringify(manifest));
  for (const { path, data } of files) {
    await writeFile(join(directory, path), data);
  }
  return manifest;
}

function encoder(): Uint8Array {
  return graph({
    inputs: { image: ["uint8", [1, 4, 6, 3]] },
    outputs: { colour: ["float32", [1, 3]] },
    nodes: [
      node("Cast", ["image"], "pixels", int("to", toOnnxType("float32"))),
      node("ReduceMean", ["pixels"], "colour", ints("axes", [1, 2]), int("keepdims", 0)),
    ],
  });
}

/** The first word is the largest colour; every word is the last. */
function decoder(styles: number): Uint8Array {
  const size = SPECIAL.length + styles + COLOURS.length;
  const firstColour = size - COLOURS.length;
  const next = new Float32Array(size ** 2);
  for (let token = 0; token < size; token++) {
    const begins = token === START || (token >= SPECIAL.length && token < firstColour);
    next[token * size + END] = begins ? -1000 : 1000;
    if (begins && token > SPECIAL.length) next[token * size + size - 1] = 1000;
  }
  const words = new Float32Array(3 * size);
  for (let colour = 0; colour < 3; colour++) words[colour * size + firstColour + colour] = 1;
  return graph({
    inputs: { token: ["int32", ["n", 1]], colour_in: ["float32", ["n", 3]] },
    outputs: { logits: ["float32", ["n", size]], colour_out: ["float32", ["n", 3]] },
    weights: [
      { name: "next", type: "float32", shape: [size, size], data: next },
      { name: "words", type: "float32", shape: [3, size], data: words },
      { name: "one", type: "int64", shape: [1], data: BigInt64Array.of(1n) },
    ],
    nodes: [
      node("Gather", ["next", "token"], "following"),
      node("Squeeze", ["following", "one"], "ends"),
      node("MatMul", ["colour_in", "words"], "colours"),
      node("Add", ["colours", "ends"], "logits"),
      node("Identity", ["colour_in"], "colour_out"),
    ],
  });
}

type Values = Record<
  string,
  readonly [type: "float32" | "int32" | "uint8", shape: readonly (number | string)[]]
>;

interface ToyGraph {
  readonly inputs: Values;
  readonly outputs: Values;
  readonly weights?: readonly OnnxTensor[];
  readonly nodes: readonly NodeProto[];
}

function graph({ inputs, outputs, weights = [], nodes }: ToyGraph): Uint8Array {
  return writeOnnx(
    create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [{ domain: "", version: OPSET }],
      graph: {
        name: "toy",
        input: described(inputs),
        output: described(outputs),
        initializer: weights.map((weight) => tensorToProto(weight)),
        node: [...nodes],
      },
    }),
  );
}

function described(values: Values) {
  return Object.entries(values).map(([name, [type, shape]]) => ({
    name,
    type: {
      value: {
        case: "tensorType" as const,
        value: {
          elemType: toOnnxType(type),
          shape: {
            dim: shape.map((size) => ({
              value:
                typeof size === "number"
                  ? { case: "dimValue" as const, value: BigInt(size) }
                  : { case: "dimParam" as const, value: size },
            })),
          },
        },
      },
    },
  }));
}

function node(
  opType: string,
  input: string[],
  output: string,
  ...attribute: AttributeProto[]
): NodeProto {
  return create(NodeProtoSchema, { opType, input, output: [output], attribute });
}

function int(name: string, value: number): AttributeProto {
  return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) });
}

function ints(name: string, values: readonly number[]): AttributeProto {
  return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: values.map(BigInt) });
}
