import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { io, LayersModel } from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadModel } from "../../convert/load/index.ts";
import { tf } from "../support/tensorflow.ts";
import { chain, expectSame } from "./support.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "load-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Returns what tfjs saves of a model. */
async function saved(model: LayersModel): Promise<io.ModelArtifacts> {
  return new Promise((resolve, reject) => {
    const handler = tf.io.withSaveHandler(async (artifacts) => {
      resolve(artifacts);
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
    });
    model.save(handler).catch(reject);
  });
}

/** Writes a `model.json` with its weights in shards of some bytes. */
async function write(topology: object, weights: object[], data: Uint8Array, shard = 1 << 20) {
  const paths: string[] = [];
  for (let start = 0; start < data.length; start += shard) {
    paths.push(`shard-${paths.length + 1}.bin`);
    await writeFile(join(folder, paths.at(-1) ?? ""), data.subarray(start, start + shard));
  }
  const path = join(folder, "model.json");
  const manifest = [{ paths, weights }];
  await writeFile(path, JSON.stringify({ modelTopology: topology, weightsManifest: manifest }));
  return path;
}

const bytesOf = (data: io.ModelArtifacts["weightData"]) => new Uint8Array(data as ArrayBuffer);

describe("a model.json", () => {
  const network = () =>
    chain(
      [6, 5, 2],
      [
        tf.layers.conv2d({ filters: 3, kernelSize: 2, name: "conv" }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 4, name: "head" }),
      ],
    );

  test("of tfjs loads with the same weights, from shards of any length", async () => {
    const model = network();
    const { modelTopology, weightSpecs = [], weightData } = await saved(model);
    for (const shard of [1 << 20, 101]) {
      const path = await write(modelTopology as object, weightSpecs, bytesOf(weightData), shard);
      const loaded = await loadModel(tf, path);
      const x = tf.randomUniform([2, 6, 5, 2]);
      const [wanted, given] = [model, loaded].map((each) => each.predict(x) as typeof x);
      expect(given?.dataSync()).toEqual(wanted?.dataSync());
    }
  });

  test.each(["uint8", "uint16", "float16"] as const)(
    "with weights quantized as %s",
    async (dtype) => {
      const { modelTopology, weightSpecs = [] } = await saved(network());
      const scale = 0.01;
      const values = weightSpecs.map(({ shape }, index) =>
        Array.from({ length: tf.util.sizeFromShape(shape) }, (_, at) => (at * 7 + index) % 100),
      );
      const specs = weightSpecs.map((spec) => ({
        ...spec,
        quantization: dtype === "float16" ? { dtype } : { dtype, scale, min: -0.5 },
      }));
      const numbers = values.flat();
      const data = {
        uint8: () => Uint8Array.from(numbers),
        uint16: () => Uint16Array.from(numbers),
        float16: () => {
          const view = new DataView(new ArrayBuffer(2 * numbers.length));
          numbers.forEach((value, at) => {
            view.setFloat16(2 * at, value * scale - 0.5, true);
          });
          return new Uint8Array(view.buffer);
        },
      }[dtype]();
      const loaded = await loadModel(
        tf,
        await write(modelTopology as object, specs, new Uint8Array(data.buffer)),
      );
      for (const [index, weight] of loaded.getWeights().entries()) {
        const apart = Array.from(weight.dataSync(), (value, at) =>
          Math.abs(value - ((values[index]?.[at] ?? 0) * scale - 0.5)),
        );
        expect(Math.max(...apart)).toBeLessThan(5e-4);
      }
      await expectSame(loaded);
    },
  );

  test("of Keras 2 loads states from arguments, and weights with the names of cells", async () => {
    const input = (name: string, shape: (number | null)[]) => ({
      class_name: "InputLayer",
      name,
      config: { name, batch_input_shape: [null, ...shape], dtype: "float32" },
      inbound_nodes: [],
    });
    const config = { name: "rnn", units: 3, recurrent_activation: "sigmoid", use_bias: true };
    const states = [
      ["h", 0, 0],
      ["c", 0, 0],
    ];
    const lstm = {
      class_name: "LSTM",
      name: "rnn",
      config: { ...config, kernel_initializer: { class_name: "MyOwn", config: {} } },
      inbound_nodes: [[["x", 0, 0, { initial_state: states, training: false }]]],
    };
    const topology = {
      keras_version: "2.15.0",
      backend: "tensorflow",
      model_config: {
        class_name: "Functional",
        config: {
          name: "model",
          layers: [input("x", [null, 2]), input("h", [3]), input("c", [3]), lstm],
          input_layers: [
            ["x", 0, 0],
            ["h", 0, 0],
            ["c", 0, 0],
          ],
          output_layers: [["rnn", 0, 0]],
        },
      },
    };
    const shapes = { kernel: [2, 12], recurrent_kernel: [3, 12], bias: [12] };
    const weights = Object.entries(shapes).map(([name, shape]) => ({
      name: `rnn/lstm_cell_7/${name}`,
      shape,
      dtype: "float32",
    }));
    const data = Float32Array.from({ length: 24 + 36 + 12 }, (_, index) => Math.sin(index) / 2);
    const loaded = await loadModel(tf, await write(topology, weights, new Uint8Array(data.buffer)));
    expect(loaded.inputs.length).toBe(3);
    const [, , bias] = loaded.getWeights();
    expect(bias?.dataSync()).toEqual(data.subarray(60));
    await expectSame(loaded);
  });

  test("whose weights do not fit its layers is refused by name", async () => {
    const { modelTopology, weightSpecs = [], weightData } = await saved(network());
    const renamed = weightSpecs.map((spec) => ({
      ...spec,
      name: spec.name.replace("head", "tail"),
    }));
    const path = await write(modelTopology as object, renamed, bytesOf(weightData));
    await expect(loadModel(tf, path)).rejects.toThrow(
      /no weight of shape \[60?\d*,4\] for "head\/kernel"/,
    );
  });

  test("with a layer that crops keeps the size of its input", async () => {
    const cropped = chain([9, 8, 3], tf.layers.centerCrop({ height: 4, width: 4 }));
    const { modelTopology } = await saved(cropped);
    const loaded = await loadModel(tf, await write(modelTopology as object, [], new Uint8Array()));
    expect(loaded.inputs[0]?.shape).toEqual([null, 9, 8, 3]);
    await expectSame(loaded);
  });
});
