import { describe, expect, test } from "vitest";
import { convert } from "../../convert/index.ts";
import { readInitializers, readOnnx } from "../../onnx/index.ts";
import { tf } from "../support/tensorflow.ts";
import { chain, expectSame, operations, type Symbolic, scramble } from "./support.ts";

const conv = (filters = 4) =>
  tf.layers.conv2d({ filters, kernelSize: 3, padding: "same", useBias: false });

function initializers(model: Parameters<typeof convert>[0]) {
  return readInitializers(readOnnx(convert(model).model));
}

describe("transposes", () => {
  test("remain only where images enter and leave", async () => {
    const layers = [
      conv(),
      tf.layers.batchNormalization(),
      tf.layers.reLU({ maxValue: 6 }),
      tf.layers.zeroPadding2d(),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.upSampling2d({}),
      tf.layers.cropping2D({ cropping: 1 }),
      tf.layers.layerNormalization({ axis: [1, 2] }),
      conv(),
    ];
    const model = chain([8, 8, 3], layers);
    expect(operations(model).Transpose).toBe(2);
    await expectSame(model);
  });

  test("vanish where the graph takes channels first", async () => {
    const model = chain([8, 8, 3], [conv(), tf.layers.activation({ activation: "tanh" }), conv()]);
    expect(operations(model, { layout: "nchw" })).not.toHaveProperty("Transpose");
    await expectSame(model, { layout: "nchw" });
    const { inputs, outputs } = convert(model, { layout: "nchw" });
    expect(inputs[0]?.shape).toEqual(["batch", 3, 8, 8]);
    expect(outputs[0]?.shape).toEqual(["batch", 4, 8, 8]);
  });

  test("are applied to an image while it is bytes", async () => {
    const layers = [tf.layers.rescaling({ scale: 1 / 127.5, offset: -1 }), conv()];
    const model = chain([8, 8, 3], layers);
    const proto = readOnnx(convert(model, { inputTypes: { x: "uint8" } }).model);
    const kinds = proto.graph?.node.map(({ opType }) => opType);
    expect(kinds?.slice(0, 2)).toEqual(["Transpose", "Cast"]);
  });

  test("before global pooling vanish", async () => {
    const model = chain([8, 8, 3], [conv(), tf.layers.globalAveragePooling2d({} as never)]);
    expect(operations(model).Transpose).toBe(1);
    await expectSame(model);
  });

  test("before flattening become an order of the dense layer's rows", async () => {
    const model = chain([6, 5, 3], [conv(), tf.layers.flatten(), tf.layers.dense({ units: 7 })]);
    expect(operations(model).Transpose).toBe(1);
    await expectSame(model);
  });

  test("move past residual connections, concatenations and channel gates", async () => {
    const x = tf.input({ shape: [8, 8, 3] });
    const first = conv().apply(x) as Symbolic;
    const sum = tf.layers.add().apply([first, conv().apply(first) as Symbolic]) as Symbolic;
    const pooled = tf.layers.globalAveragePooling2d({} as never).apply(sum) as Symbolic;
    const row = tf.layers.reshape({ targetShape: [1, 1, 4] }).apply(pooled) as Symbolic;
    const gate = tf.layers.dense({ units: 4, activation: "sigmoid" }).apply(row) as Symbolic;
    const gated = tf.layers.multiply().apply([sum, gate]) as Symbolic;
    const joined = tf.layers.concatenate().apply([gated, first]) as Symbolic;
    const model = scramble(tf.model({ inputs: x, outputs: conv().apply(joined) as Symbolic }));
    expect(operations(model).Transpose).toBe(2);
    await expectSame(model);
  });
});

describe("folding", () => {
  test("folds batch normalization into the convolution before it", async () => {
    for (const layer of [
      conv(),
      tf.layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }),
      tf.layers.conv2dTranspose({ filters: 4, kernelSize: 2, strides: 2 }),
    ]) {
      const model = chain([8, 8, 3], [layer, tf.layers.batchNormalization()]);
      expect(operations(model)).not.toHaveProperty("BatchNormalization");
      await expectSame(model);
    }
  });

  test("keeps a batch normalization if the convolution's own output is read", async () => {
    const x = tf.input({ shape: [8, 8, 3] });
    const y = conv().apply(x) as Symbolic;
    const z = tf.layers.batchNormalization().apply(y) as Symbolic;
    const model = scramble(tf.model({ inputs: x, outputs: [y, z] }));
    expect(operations(model)).toMatchObject({ BatchNormalization: 1 });
    await expectSame(model);
  });

  test("folds zero padding into the convolution after it", async () => {
    const strided = tf.layers.conv2d({ filters: 4, kernelSize: 3, strides: 2 });
    const model = chain(
      [8, 8, 3],
      [
        tf.layers.zeroPadding2d({
          padding: [
            [0, 1],
            [0, 1],
          ],
        }),
        strided,
      ],
    );
    expect(operations(model)).not.toHaveProperty("Pad");
    await expectSame(model);
  });

  test("writes a bounded ReLU as a Clip whose bounds are constants", () => {
    const model = chain([8, 8, 3], [conv(), tf.layers.reLU({ maxValue: 6 })]);
    const graph = readOnnx(convert(model).model).graph;
    const clip = graph?.node.find(({ opType }) => opType === "Clip");
    const names = graph?.initializer.map(({ name }) => name) ?? [];
    expect(clip?.input.slice(1).every((name) => names.includes(name))).toBe(true);
  });
});

describe("weights", () => {
  test("are named after their layers", () => {
    const layers = [
      tf.layers.conv2d({ filters: 4, kernelSize: 3, name: "stem" }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 2, name: "head" }),
    ];
    const names = [...initializers(chain([8, 8, 3], layers)).keys()];
    expect(names).toEqual(
      expect.arrayContaining(["stem/kernel", "stem/bias", "head/kernel", "head/bias"]),
    );
  });

  test("that are equal are stored once", async () => {
    const x = tf.input({ shape: [32] });
    const [one, other] = [1, 2].map(() => tf.layers.dense({ units: 64, useBias: false }));
    if (one === undefined || other === undefined) throw new Error("two layers");
    const outputs = [one.apply(x), other.apply(x)] as Symbolic[];
    const model = scramble(tf.model({ inputs: x, outputs }));
    other.setWeights(one.getWeights());
    expect(initializers(model).size).toBe(1);
    await expectSame(model);
  });

  test("of a tied output layer are the transposed embedding", async () => {
    const [words, size] = [50, 32];
    const token = tf.input({ shape: [1], dtype: "int32" });
    const table = tf.layers.embedding({ inputDim: words, outputDim: size, name: "table" });
    const row = tf.layers.flatten().apply(table.apply(token) as Symbolic) as Symbolic;
    const logits = tf.layers.dense({ units: words, name: "logits" });
    const model = scramble(tf.model({ inputs: token, outputs: logits.apply(row) as Symbolic }));
    const [embeddings] = table.getWeights();
    const [, bias] = logits.getWeights();
    if (embeddings === undefined || bias === undefined) throw new Error("weights");
    logits.setWeights([tf.transpose(embeddings), bias]);
    const names = [...initializers(model).keys()];
    expect(names).toContain("table/embeddings");
    expect(names).not.toContain("logits/kernel");
    expect(operations(model)).toMatchObject({ Gemm: 1 });
    await expectSame(model);
  });
});

describe("the file", () => {
  test("has the shape and type of every value and only standard operations", () => {
    const lstm = tf.layers.lstm({ units: 4, returnSequences: true });
    const model = chain([null, 3], [tf.layers.masking({}), lstm, tf.layers.dense({ units: 2 })]);
    const proto = readOnnx(convert(model).model);
    const graph = proto.graph;
    const known = new Set(
      [...(graph?.valueInfo ?? []), ...(graph?.output ?? [])].map(({ name }) => name),
    );
    const made = graph?.node.flatMap(({ output }) => output) ?? [];
    expect(made.filter((name) => !known.has(name))).toEqual([]);
    expect(proto.opsetImport.map(({ domain }) => domain)).toEqual([""]);
    expect(new Set(made).size).toBe(made.length);
  });

  test.each([17, 18, 19, 20, 21, 22])("runs with opset %i", async (opset) => {
    const layers = [
      conv(),
      tf.layers.activation({ activation: "gelu" }),
      tf.layers.averagePooling2d({ poolSize: 2, padding: "same" }),
      tf.layers.upSampling2d({ interpolation: "bilinear" }),
      tf.layers.globalMaxPooling2d({} as never),
      tf.layers.layerNormalization({}),
      tf.layers.softmax(),
    ];
    const model = chain([7, 7, 3], layers);
    await expectSame(model, { opset });
    expect(readOnnx(convert(model, { opset }).model).opsetImport[0]?.version).toBe(BigInt(opset));
  });

  test("can declare an input as bytes", async () => {
    const model = chain([8, 8, 3], [tf.layers.rescaling({ scale: 1 / 127.5, offset: -1 }), conv()]);
    expect(convert(model, { inputTypes: { x: "uint8" } }).inputs[0]?.type).toBe("uint8");
    await expectSame(model, { inputTypes: { x: "uint8" } });
    expect(() => convert(model, { inputTypes: { y: "uint8" } })).toThrow(/no input "y"/);
  });

  test("keeps its weights in files of limited size, and splits larger tensors", async () => {
    const name = "wide";
    const model = chain([100], [tf.layers.dense({ units: 64 }), tf.layers.dense({ units: 64 })]);
    const conversion = convert(model, { name, maximumFileBytes: 20_000 });
    const paths = conversion.externalData.map(({ path }) => path);
    expect(paths).toEqual(["wide-weights-1.bin", "wide-weights-2.bin", "wide-weights-3.bin"]);
    for (const { data } of conversion.externalData) {
      expect(data.byteLength).toBeLessThanOrEqual(20_000);
    }
    const files = new Map(conversion.externalData.map(({ path, data }) => [path, data]));
    const weights = readInitializers(readOnnx(conversion.model), files);
    const kernels = [...weights.values()].filter(({ shape }) => shape.length === 2);
    expect(kernels.map(({ shape }) => shape)).toEqual([
      [78, 64],
      [22, 64],
      [64, 64],
    ]);
    await expectSame(model, { name, maximumFileBytes: 20_000 });
  });

  test("can keep the weights of a small graph in another file too", async () => {
    const model = chain([32], tf.layers.dense({ units: 64, name: "beside" }));
    const conversion = convert(model, { name: "small", externalWeights: true });
    expect(conversion.externalData.map(({ path }) => path)).toEqual(["small-weights-1.bin"]);
    expect(conversion.model.byteLength).toBeLessThan(4 * 32 * 64);
    await expectSame(model, { name: "small", externalWeights: true });
  });
});
