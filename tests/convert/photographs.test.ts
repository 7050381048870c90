import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { LayersModel, SymbolicTensor, Tensor } from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import { convert } from "../../convert/index.ts";
import { readManifest } from "../../core/bundle/read.ts";
import { prepare } from "../../core/image/prepare.ts";
import type { Session } from "../../core/runtime.ts";
import { bundleReader } from "../../node/bundle.ts";
import { onnxRuntime } from "../../node/onnx-runtime.ts";
import { releasedModel } from "../../node/released-model.ts";
import { decodeWithSharp } from "../../node/sharp.ts";
import { readBackbone } from "../../onnx/backbone/index.ts";
import { tf } from "../support/tensorflow.ts";
import { tolerance } from "./support.ts";

const examples = join(import.meta.dirname, "../../examples");
const photographs = readdirSync(examples).filter((name) => name.endsWith(".jpg"));

let network: LayersModel;
let session: Session;
let pixelRange: readonly [number, number];

/** The MobileNetV2 of the released model; its top class is the strongest channel. */
beforeAll(async () => {
  const read = bundleReader(releasedModel);
  const artifacts = await readBackbone(await readManifest(read), read);
  const backbone = await tf.loadLayersModel(tf.io.fromMemory({ ...artifacts }));
  const pooled = tf.layers.globalAveragePooling2d({ name: "classes" });
  const outputs = pooled.apply(backbone.outputs) as SymbolicTensor;
  network = tf.model({ inputs: backbone.inputs, outputs });
  pixelRange = artifacts.pixelRange;
  session = await onnxRuntime.createSession(convert(network).model, []);
}, 60_000);

/** `[1, H, W, 3]` in the range of the network. */
async function photograph(name: string): Promise<{ dims: number[]; data: Float32Array }> {
  const { pixels, orientation } = await decodeWithSharp(readFileSync(join(examples, name)));
  const [, height = 1, width = 1] = network.inputs[0]?.shape.map(Number) ?? [];
  const size = { height, width, fit: "stretch", background: 128, filter: "triangle" } as const;
  const [black, white] = pixelRange;
  const data = Float32Array.from(
    prepare(pixels, orientation, size),
    (value) => (value * (white - black)) / 255 + black,
  );
  return { dims: [1, height, width, 3], data };
}

describe("MobileNetV2 on photographs", () => {
  test.each(photographs)(
    "%s is of the same class in both",
    async (name) => {
      const { dims, data } = await photograph(name);
      const expected = tf.tidy(() =>
        (network.predict(tf.tensor(data, dims)) as Tensor).dataSync(),
      ) as Float32Array;
      const input = network.inputs[0]?.sourceLayer.name ?? "";
      const outputs = await session.run({ [input]: { type: "float32", dims, data } });
      const actual = outputs.classes?.data as Float32Array;
      expect(topClass(actual)).toBe(topClass(expected));
      const largest = Math.max(1, ...expected.map(Math.abs));
      const errors = actual.map((value, index) => Math.abs(value - (expected[index] ?? 0)));
      expect(Math.max(...errors) / largest).toBeLessThanOrEqual(tolerance);
    },
    120_000,
  );

  test("have several classes", async () => {
    const classes = new Set<number>();
    for (const name of photographs) {
      const { dims, data } = await photograph(name);
      const input = network.inputs[0]?.sourceLayer.name ?? "";
      const { classes: values } = await session.run({ [input]: { type: "float32", dims, data } });
      classes.add(topClass(values?.data as Float32Array));
    }
    expect(classes.size).toBeGreaterThan(1);
  });
});

function topClass(values: Float32Array): number {
  return values.indexOf(Math.max(...values));
}
