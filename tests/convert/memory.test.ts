import { execFile } from "node:child_process";
import { open, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isOutOfMemory, requireMemory } from "../../convert/memory.ts";
import { UserError } from "../../core/errors.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const main = new URL("../../cli/convert.ts", import.meta.url).pathname;
const GIBIBYTE = 2 ** 30;

/** A Dense layer of the given size, with zero weights, which take no disk space. */
async function writeModel(
  folder: string,
  [rows, columns]: readonly [number, number],
  { claimed = [rows, columns] as const, shards = 4 } = {},
): Promise<string> {
  const paths = Array.from({ length: shards }, (_, index) => `shard${index}.bin`);
  for (const path of paths) {
    const file = await open(join(folder, path), "w");
    await file.truncate((4 * rows * columns) / shards);
    await file.close();
  }
  const config = {
    name: "wide",
    units: claimed[1],
    use_bias: false,
    batch_input_shape: [null, claimed[0]],
  };
  const layers = [{ class_name: "Dense", config }];
  const modelTopology = { class_name: "Sequential", config: { name: "big", layers } };
  const weights = [{ name: "wide/kernel", shape: claimed, dtype: "float32" }];
  const path = join(folder, "model.json");
  await writeFile(path, JSON.stringify({ modelTopology, weightsManifest: [{ paths, weights }] }));
  return path;
}

/** Runs the command with a limit on its writable memory in KiB, by `ulimit -d`. */
function convert(path: string, output: string, limit = "unlimited") {
  const script = 'ulimit -d "$0" && exec "$@"';
  const command = ["-c", script, limit, process.execPath, main, path, output];
  return new Promise<{ status: unknown; stderr: string }>((resolve) => {
    execFile("bash", command, (error, _, stderr) =>
      resolve({ status: error === null ? 0 : error.code, stderr }),
    );
  });
}

describe("a model that does not fit into memory", () => {
  test("is reported in one line, and nothing is written", async (context) => {
    if (process.platform !== "linux") context.skip("only Linux limits a process's memory so");
    const folder = temporaryFolder();
    const path = await writeModel(folder, [10_000, 10_000]);
    const before = await readdir(folder);
    const { status, stderr } = await convert(path, join(folder, "out.onnx"), "1000000");
    expect(stderr).toMatch(/^error: There is not enough memory to convert .*\[out_of_memory\]\n$/);
    expect(status).toBe(1);
    expect(await readdir(folder)).toEqual(before);
  }, 60_000);

  test("is refused before its weights are read", async () => {
    const folder = temporaryFolder();
    const path = await writeModel(folder, [10, 10], { claimed: [1_000_000, 1_000_000] });
    const { status, stderr } = await convert(path, join(folder, "out.onnx"));
    expect(stderr).toMatch(/has 3725\.29 GiB of weights, .* 3 times .*\[out_of_memory\]\n$/);
    expect(status).toBe(1);
  }, 60_000);

  test.each([
    [1, 3, true],
    [1, 2.9, false],
  ])("%d GiB of weights need three times as much", (weights, memory, enough) => {
    const check = () => requireMemory("model.json", weights * GIBIBYTE, memory * GIBIBYTE);
    if (enough) expect(check).not.toThrow();
    else expect(check).toThrow(/model\.json has 1\.00 GiB of weights/);
  });
});

describe("an allocation that failed", () => {
  test.each([
    [() => new ArrayBuffer(2 ** 53 - 1), true],
    [() => new Float32Array(2 ** 53 - 1), true],
    [() => JSON.parse("{"), false],
    [() => "x".repeat(-1), false],
  ])("%s", (allocate, expected) => {
    let thrown: unknown;
    try {
      allocate();
    } catch (error) {
      thrown = error;
    }
    expect(isOutOfMemory(thrown)).toBe(expected);
  });

  test("inside ONNX Runtime is recognised by its message, and reported once", () => {
    const message = "Can't create a session. ERROR_CODE: 6, ERROR_MESSAGE: std::bad_alloc";
    expect(isOutOfMemory(new Error(message))).toBe(true);
    expect(isOutOfMemory(new UserError("model_invalid", "Array buffer allocation failed"))).toBe(
      false,
    );
  });
});
