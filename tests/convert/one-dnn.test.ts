import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, vi } from "vitest";
import { nativeTest, tf } from "../support/tensorflow.ts";
import { chain, saveModel } from "./support.ts";

// Every run of a command loads TensorFlow anew.
vi.setConfig({ testTimeout: 120_000 });

const root = new URL("../../", import.meta.url).pathname;
const execute = promisify(execFile);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "one-dnn-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Returns the setting in a process that has loaded TensorFlow. */
async function settingAfter(environment: NodeJS.ProcessEnv): Promise<string> {
  const script = `
    import { loadTensorFlow } from "./node/tensorflow.ts";
    await loadTensorFlow();
    console.log(process.env.TF_ENABLE_ONEDNN_OPTS);`;
  const args = ["--input-type=module-typescript", "--eval", script];
  const { stdout } = await execute(process.execPath, args, { cwd: root, env: environment });
  return stdout.trim();
}

describe("TensorFlow's oneDNN kernels", () => {
  nativeTest("are enabled on every processor, unless the user decides", async () => {
    const { TF_ENABLE_ONEDNN_OPTS: _, ...unset } = process.env;
    expect(await settingAfter(unset)).toBe("1");
    expect(await settingAfter({ ...unset, TF_ENABLE_ONEDNN_OPTS: "0" })).toBe("0");
  });

  nativeTest("are not needed by the proof", async () => {
    const dilated = { kernelSize: 3, dilationRate: 2, filters: 4 } as const;
    const first = { filters: 2, kernelSize: 3, dataFormat: "channelsFirst" } as const;
    const skipping = { filters: 2, kernelSize: 2, strides: [3, 1, 1], padding: "same" } as const;
    const models = {
      separable: chain([9, 8, 3], tf.layers.separableConv2d(dilated)),
      recurrent: chain([3, 2, 6, 6], tf.layers.convLstm2d(first)),
      volumes: chain([9, 6, 6, 2], tf.layers.conv3d(skipping as never)),
    };
    for (const [name, model] of Object.entries(models)) {
      const path = await saveModel(model, join(folder, name));
      const output = join(folder, `${name}.onnx`);
      const env = { ...process.env, TF_ENABLE_ONEDNN_OPTS: "0", EDGE_CAPTION_TFJS: "native" };
      const args = ["cli/convert.ts", path, output];
      const { stdout } = await execute(process.execPath, args, { cwd: root, env });
      expect(stdout).toMatch(/error \d\.\de-[6-9]/);
    }
  });
});
