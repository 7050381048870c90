import { execFile } from "node:child_process";
import { appendFile, cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readOnnx } from "../../onnx/index.ts";
import { tf } from "../support/tensorflow.ts";
import { published } from "./keras-support.ts";
import { chain, saveModel } from "./support.ts";

// Every run of the command loads TensorFlow again.
vi.setConfig({ testTimeout: 120_000 });

const main = new URL("../../cli/convert.ts", import.meta.url).pathname;
const fixture = new URL("fixtures/keras3/sequential", import.meta.url).pathname;

interface Outcome {
  status: number;
  stdout: string;
  stderr: string;
}

function run(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code ?? Number.NaN), stdout, stderr });
    });
  });
}

let folder: string;
let model: string;
let output: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "convert-"));
  await cp(fixture, folder, { recursive: true });
  model = join(folder, "model.json");
  output = join(folder, "out.onnx");
});

afterAll(() => rm(folder, { recursive: true }));

async function document(): Promise<
  { modelTopology: Record<string, unknown> } & Record<string, unknown>
> {
  return JSON.parse(await readFile(join(fixture, "model.json"), "utf8"));
}

describe("npm run convert", () => {
  test("writes one file and prints the error of every output", async () => {
    const { status, stdout } = await run(model, output, "--opset", "18");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^out: opset 18, fp32, [1-9]\d*\.\d\d KiB in one file$/m);
    expect(stdout).toMatch(/dense: error \d\.\de-\d/);
    const proto = readOnnx(await readFile(output));
    expect(proto.opsetImport[0]?.version).toBe(18n);
  });

  test("reads a model from the web, with all its shards", async () => {
    const server = createServer(async (request, response) => {
      response.end(await readFile(join(fixture, request.url ?? "")).catch(() => ""));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const { status } = await run(`http://127.0.0.1:${port}/model.json`, join(folder, "web.onnx"));
    server.close();
    expect(status).toBe(0);
    expect(await readdir(folder)).toContain("web.onnx");
  });
});

/** Expects one line, exit status 1, and no file. */
async function expectRefused(input: string, message: RegExp, ...args: string[]): Promise<void> {
  const before = await readdir(folder);
  const { status, stderr } = await run(input, join(folder, "refused.onnx"), ...args);
  const lines = stderr.split("\n").filter((line) => line.startsWith("error:"));
  expect({ status, lines }).toEqual({ status: 1, lines: [expect.stringMatching(message)] });
  expect(await readdir(folder)).toEqual(before);
}

describe("notes", () => {
  test("report bytes after the last weight", async () => {
    const longer = join(folder, "longer");
    await cp(fixture, longer, { recursive: true });
    await appendFile(join(longer, "weights.bin"), "more");
    const { status, stderr } = await run(longer, join(folder, "longer.onnx"));
    expect(stderr).toMatch(/^note: weights\.bin: 4 bytes after the last weight are ignored$/m);
    expect(status).toBe(0);
  });

  test("report resizing that differs from Keras", async () => {
    const path = published("k3_upsampling_bilinear");
    const { stderr } = await run(path, join(folder, "up.onnx"));
    expect(stderr).toMatch(
      /^note: "up" resizes images as TensorFlow\.js does.*--keras-resizing resizes as Keras does\.$/m,
    );
    const followed = await run(path, join(folder, "up.onnx"), "--keras-resizing");
    expect(followed.stderr).not.toMatch(/note:/);
    expect(followed.status).toBe(0);
  });

  test("report the new name of an output that is an input", async () => {
    const input = tf.input({ shape: [2], name: "a" });
    const model = tf.model({ inputs: input, outputs: [input, input] });
    const path = await saveModel(model, join(folder, "identity"));
    const { stdout, stderr } = await run(path, join(folder, "identity.onnx"));
    expect(stdout).toMatch(/^ {2}output "a" is called "a_1": an input has its name$/m);
    expect(stderr).not.toMatch(/redundant/);
  });
});

describe("the proof's options", () => {
  test("take inputs from a file, also for int64 inputs", async () => {
    const embedding = tf.layers.embedding({ inputDim: 9, outputDim: 2 });
    const path = await saveModel(chain([null], embedding, "int32"), join(folder, "tokens"));
    const file = join(folder, "tokens.json");
    await writeFile(file, JSON.stringify({ x: [[1, 2, 8]] }));
    const output = join(folder, "tokens.onnx");
    const options = ["--input-type", "x=int64", "--proof-input", file];
    expect((await run(path, output, ...options)).status).toBe(0);
    const [declared] = readOnnx(await readFile(output)).graph?.input ?? [];
    expect(declared?.type?.value.value).toMatchObject({ elemType: 7 });
  });

  test("are refused if the file is not JSON or not an object", async () => {
    const file = join(folder, "numbers.json");
    await writeFile(file, "1, 2");
    await expectRefused(
      model,
      /numbers\.json cannot be read: it is not JSON/,
      "--proof-input",
      file,
    );
    await writeFile(file, "[1, 2]");
    await expectRefused(model, /is not an object with an array/, "--proof-input", file);
  });
});

describe("output", () => {
  test("that cannot be written is reported in one line", async () => {
    const { status, stderr } = await run(model, join(model, "out.onnx"));
    expect(stderr).toMatch(
      /^error: .*out\.onnx cannot be written: not a directory\. \[unwritable_file\]$/m,
    );
    expect(stderr).not.toMatch(/^ +at /m);
    expect(status).toBe(1);
  });

  test("goes beside the model by default, also if only its folder is named", async () => {
    const { status, stdout } = await run(folder);
    expect(status).toBe(0);
    expect(stdout.trim().split("\n").at(-1)).toBe(join(folder, "model.onnx"));
    await rm(join(folder, "model.onnx"));
  });
});

describe("is refused in one line:", () => {
  test("a missing file and an unreachable address", async () => {
    await expectRefused(join(folder, "none.json"), /Cannot read .*none\.json/);
    await expectRefused("http://127.0.0.1:9/model.json", /Cannot reach http:\/\/127\.0\.0\.1:9/);
  });

  test("not JSON", async () => {
    await expectRefused(join(folder, "weights.bin"), /is not JSON/);
  });

  test("a Keras file, with advice", async () => {
    for (const [name, start] of [
      ["model.keras", "PK\u0003\u0004"],
      ["model.h5", "\u0089HDF\r\n"],
    ] as const) {
      const path = join(folder, name);
      await writeFile(path, start, "latin1");
      await expectRefused(path, /is a Keras file: export it with tensorflowjs_converter/);
    }
  });

  test("JSON of another kind", async () => {
    const path = join(folder, "other.json");
    await writeFile(path, JSON.stringify({ name: "package" }));
    await expectRefused(path, /is not a TensorFlow\.js LayersModel: it has no topology/);
  });

  test("a graph model, with advice", async () => {
    const path = join(folder, "graph.json");
    await writeFile(path, JSON.stringify({ format: "graph-model", modelTopology: { node: [] } }));
    await expectRefused(path, /is a TensorFlow graph model.*tf2onnx/);
  });

  test("a missing shard, and shards of the wrong length", async () => {
    const path = join(folder, "shards.json");
    const json = await document();
    const [group] = json.weightsManifest as { paths: string[] }[];
    if (group === undefined) throw new Error("weights");
    group.paths = ["gone.bin"];
    await writeFile(path, JSON.stringify(json));
    await expectRefused(path, /The weight file gone\.bin .* cannot be read/);
    await writeFile(join(folder, "short.bin"), "short");
    group.paths = ["short.bin"];
    await writeFile(path, JSON.stringify(json));
    await expectRefused(path, /short\.bin have 5 bytes where/);
  });

  test("a pointer of Git LFS in place of a file", async () => {
    const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n";
    const path = join(folder, "pointer.json");
    await writeFile(path, pointer);
    await expectRefused(path, /pointer\.json is a pointer of Git LFS/);
    const json = await document();
    const [group] = json.weightsManifest as { paths: string[] }[];
    if (group === undefined) throw new Error("weights");
    await writeFile(join(folder, "lfs.bin"), pointer);
    group.paths = ["lfs.bin"];
    await writeFile(path, JSON.stringify(json));
    await expectRefused(path, /lfs\.bin is a pointer of Git LFS/);
  });

  test("string inputs", async () => {
    await expectRefused(published("string_input2"), /"s" \(InputLayer\): dtype string/);
  });

  test("all layers of unknown classes at once", async () => {
    const path = join(folder, "unknown.json");
    const text = await readFile(join(fixture, "model.json"), "utf8");
    await writeFile(
      path,
      text.replaceAll('"Flatten"', '"Mystery"').replaceAll('"MaxPooling2D"', '"Riddle"'),
    );
    await expectRefused(path, /\(Riddle\).*\(Mystery\).*registerClass/);
  });

  test("an option of Keras that TensorFlow.js would ignore", async () => {
    const path = join(folder, "groups.json");
    const text = await readFile(join(fixture, "model.json"), "utf8");
    await writeFile(path, text.replace('"groups": 1', '"groups": 3'));
    await expectRefused(path, /\(Conv2D\) has groups, which would be ignored/);
  });

  test("invalid options", async () => {
    await expectRefused(model, /--opset 3/, "--opset", "3");
    await expectRefused(model, /--weights fp4/, "--weights", "fp4");
    await expectRefused(model, /no input "y"/, "--input-type", "y=uint8");
    await expectRefused(model, /NAME=TYPE.* uint8, int32, int64/, "--input-type", "y=text");
    await expectRefused(model, /names "y".* inputs are/, "--input-shape", "y=1,8,8,3");
    await expectRefused(model, /does not fit the input/, "--input-shape", "input_layer=1,8,8");
  });

  test("a tolerance that is not met, with the first layer that differs", async () => {
    await expectRefused(model, /differ at .* first after the layer "/, "--tolerance", "1e-12");
  });

  test("a folder with neither a run nor a model", async () => {
    await expectRefused(tmpdir(), /holds no run: it has no config\.json/);
  });
});
