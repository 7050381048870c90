import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { basename, delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { layers } from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { readOnnx } from "../../onnx/index.ts";
import { findNpm } from "../../toolchain/npm.js";
import { sharedFolder } from "../support/temporary-folder.ts";
import { tf } from "../support/tensorflow.ts";
import { writeToyBundle } from "../support/toy-bundle.ts";

type Layer = layers.Layer;

const root = join(import.meta.dirname, "../..");
const modules = join(root, "node_modules");
const minutes = 60_000;
// Each program loads TensorFlow, which takes long on a busy machine.
vi.setConfig({ testTimeout: minutes });
/** A user's folder, which contains only the package, its dependencies and the programs. */
const folder = sharedFolder();
const installed = join(folder, "node_modules/edge-caption");

beforeAll(async () => {
  cpSync(join(import.meta.dirname, "consumers"), folder, { recursive: true });
  await writeFile(join(folder, "package.json"), '{"private":true,"type":"module"}');
  await writeToyBundle(join(folder, "model"));
  const plain = tf.layers.dense({ units: 2, inputShape: [3], name: "only" });
  await writeModel(join(folder, "plain.json"), [plain]);
  await writeModel(join(folder, "model.json"), [
    tf.layers.inputLayer({ inputShape: [3] }),
    scaled(),
  ]);
  await writeFile(join(folder, "guide.js"), exampleOf("docs/converter.md"));
  await install(await pack());
}, 5 * minutes);

/**
 * Builds and packs, as for the registry. Where npm is set to run no scripts, it packs what is there:
 * the build is therefore a separate step.
 *
 * @returns The path of the archive.
 */
async function pack(): Promise<string> {
  await npm(root, "run", "build");
  const options = ["--ignore-scripts", "--json", "--pack-destination", folder];
  const { stdout } = await npm(root, "pack", ...options);
  const [{ filename }] = JSON.parse(stdout);
  return join(folder, filename);
}

/**
 * npm installs the archive without the network: what it depends on is named as folders. Its peers,
 * with all that these need, are this repository's own.
 */
async function install(archive: string): Promise<void> {
  const { dependencies } = packageOf(root);
  const folders = Object.keys(dependencies).map((name) => join(modules, name));
  await npm(folder, "install", "--offline", "--no-audit", "--no-fund", archive, ...folders);
  mkdirSync(join(folder, "node_modules/@tensorflow"), { recursive: true });
  for (const name of ["@tensorflow/tfjs", "onnxruntime-web", "@types"]) {
    const place = join(folder, "node_modules", name);
    if (!existsSync(place)) symlinkSync(join(modules, name), place);
  }
}

function npm(cwd: string, ...args: string[]) {
  const program = findNpm() ?? "npm-cli.js";
  return run(process.execPath, cwd, program, ...args, "--loglevel=error");
}

/** The user's npm must not get the settings of the npm that runs the tests. */
function run(program: string, cwd: string, ...args: string[]) {
  const own = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS)/i.test(name));
  return promisify(execFile)(program, args, { cwd, env: Object.fromEntries(own) });
}

/** A `model.json` as tfjs saves it. */
async function writeModel(path: string, layers: Layer[]): Promise<void> {
  await tf.sequential({ layers }).save(
    tf.io.withSaveHandler(async (artifacts) => {
      const { modelTopology, weightSpecs, weightData } = artifacts;
      const weights = `${path}.bin`;
      const weightsManifest = [{ paths: [basename(weights)], weights: weightSpecs }];
      await writeFile(path, JSON.stringify({ modelTopology, weightsManifest }));
      await writeFile(weights, Buffer.from(weightData as ArrayBuffer));
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
    }),
  );
}

/** The layer of the guide's example, which tfjs lacks. */
function scaled(): Layer {
  class Scaled extends tf.layers.Layer {
    static className = "Scaled";

    override build(shape: number[]): void {
      const initializer = tf.initializers.constant({ value: 3 });
      this.addWeight("factor", [shape.at(-1) ?? 1], "float32", initializer);
      super.build(shape);
    }
  }
  return new Scaled({ name: "own" } as never);
}

/** The first whole program in a document. */
function exampleOf(path: string): string {
  const text = readFileSync(join(root, path), "utf8");
  const blocks = [...text.matchAll(/```js\n(?<code>.*?)```/gs)].map(({ groups }) => groups?.code);
  return blocks.find((code) => code?.includes('from "edge-caption/')) ?? "";
}

function packageOf(place: string) {
  return JSON.parse(readFileSync(join(place, "package.json"), "utf8"));
}

/** The Node of the tests, and the first of each other version in PATH. */
const nodes = new Map<string, string>([[process.version, process.execPath]]);
for (const place of (process.env.PATH ?? "").split(delimiter)) {
  const path = join(place, "node");
  if (!existsSync(path)) continue;
  const version = (await promisify(execFile)(path, ["--version"])).stdout.trim();
  if (!nodes.has(version)) nodes.set(version, path);
}

describe("the package", () => {
  test("brings JavaScript, types and two small dependencies, and nothing else", () => {
    const { dependencies, optionalDependencies, peerDependenciesMeta } = packageOf(installed);
    expect(Object.keys(dependencies)).toEqual(["@bufbuild/protobuf", "zod"]);
    expect(optionalDependencies).toBeUndefined();
    expect(peerDependenciesMeta["@tensorflow/tfjs"]).toEqual({ optional: true });
    const names = readdirSync(installed, { recursive: true, encoding: "utf8" });
    expect(names).toContain("LICENSE");
    const files = names.filter((name) => /\.[a-z]+$/.test(name));
    const foreign = files.filter((name) => !/^dist\/.*(\.js|\.d\.ts)$/.test(name));
    expect(foreign.sort()).toEqual(["README.md", "package.json"]);
    // A Node of this repository in the package would run in place of the user's own.
    expect(existsSync(join(folder, "node_modules/.bin"))).toBe(false);
  });

  test("can be bundled for a page: no file loads a Node module before it reads a disk", () => {
    const scripts = readdirSync(join(installed, "dist"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".js"))
      .map((name) => readFileSync(join(installed, "dist", name), "utf8"));
    expect(scripts.length).toBeGreaterThan(50);
    expect(scripts.filter((text) => /^(import|export) .*from "node:/m.test(text))).toEqual([]);
  });

  test("has types for strict programs", async () => {
    const settings = ["--strict", "--noEmit", "--module", "nodenext", "--target", "es2022"];
    const exact = ["--exactOptionalPropertyTypes", "--skipLibCheck", "--types", ""];
    const tsc = join(modules, "typescript/bin/tsc");
    const args = [tsc, ...settings, ...exact, "--lib", "es2023,dom", "typed.ts"];
    const outcome = await run(process.execPath, folder, ...args).catch(({ stdout }) => ({
      stdout,
    }));
    expect(outcome.stdout).toBe("");
  });
});

describe.each([...nodes])("in plain JavaScript on Node %s", (_, node) => {
  const say = async (program: string) => {
    const { stdout } = await run(node, folder, program);
    return JSON.parse(stdout.slice(stdout.indexOf("{")));
  };

  test("./convert converts a model with a custom layer, and proves it", async () => {
    const said = await say("convert.js");
    expect(said.outputs).toEqual([{ name: "head", type: "float32", shape: ["batch", 2] }]);
    expect(said).toMatchObject({ halved: true, refusal: "layers_unsupported", loaded: ["only"] });
    expect(said.errors).toHaveLength(1);
    expect(said.errors[0].error).toBeLessThan(1e-5);
  });

  test("./convert runs the guide's example", async () => {
    const { stdout } = await run(node, folder, "guide.js");
    expect(stdout).toMatch(/^own \d\S*$/m);
    const graph = readOnnx(readFileSync(join(folder, "model.onnx"))).graph;
    expect(graph?.node.map(({ opType }) => opType)).toEqual(["Mul"]);
    expect(graph?.initializer.map(({ name }) => name)).toEqual(["own/factor"]);
  });

  test("./core captions an image with a bundle", async () => {
    expect(await say("core.js")).toEqual({
      caption: "Green.",
      bleu: expect.closeTo(1, 6),
    });
  });

  test("./client asks a service", async () => {
    expect(await say("client.js")).toEqual({
      caption: "A dog runs.",
      lines: [1, 0],
      code: "model_unavailable",
    });
  });
});
