import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Repository } from "./repository.ts";

const PACKAGE = "node_modules/@tensorflow/tfjs-node";
const BINDING = `${PACKAGE}/lib/napi-v8/tfjs_binding.node`;

/** A package whose install script counts its runs, and succeeds unless told to fail. */
const INSTALL_SCRIPT = `
const fs = require("node:fs");
fs.appendFileSync(process.env.HOME + "/attempts", "x");
if (fs.existsSync(process.env.HOME + "/refused")) process.exit(1);
fs.mkdirSync("deps/lib", { recursive: true });
fs.mkdirSync("lib/napi-v8", { recursive: true });
fs.writeFileSync("lib/napi-v8/tfjs_binding.node", "");
`;

/** A library that multiplies, correctly or not. */
const library = (product: string) => `
exports.matMul = () => ({ arraySync: () => ${product} });
exports.getBackend = () => "tensorflow";
`;

function repositoryWithPackage(product = "[[19, 22], [43, 50]]"): Repository {
  const repository = new Repository();
  repository.write("node_modules/.package-lock.json", repository.read("package-lock.json"));
  putPackage(repository, product);
  return repository;
}

function putPackage(repository: Repository, product = "[[19, 22], [43, 50]]"): void {
  repository.write(`${PACKAGE}/package.json`, '{"version": "4.22.0", "main": "index.js"}');
  repository.write(`${PACKAGE}/index.js`, library(product));
  repository.write(`${PACKAGE}/scripts/install.js`, INSTALL_SCRIPT);
}

function isReady(repository: Repository): boolean {
  return existsSync(join(repository.folder, BINDING));
}

function attempts(repository: Repository): number {
  return repository.read("attempts").length;
}

test("the library is prepared once, before the first training", async () => {
  const repository = repositoryWithPackage();
  const first = await repository.run(["train"]);
  expect(first.status).toBe(0);
  expect(first.stderr).toMatch(/^Preparing the native TensorFlow .*\n\.\.\. ready \(official/);
  expect(isReady(repository)).toBe(true);
  expect((await repository.run(["train"])).stderr).toBe("");
  expect(attempts(repository)).toBe(1);
});

test("serving does not prepare the library", async () => {
  const repository = repositoryWithPackage();
  expect((await repository.run(["start"])).stderr).toBe("");
  expect(attempts(repository)).toBe(0);
});

test("the library survives a new installation of the package", async () => {
  const repository = repositoryWithPackage();
  await repository.run(["train"]);
  rmSync(join(repository.folder, PACKAGE), { recursive: true });
  putPackage(repository);
  expect((await repository.run(["train"])).stderr).toBe("");
  expect(isReady(repository)).toBe(true);
  expect(attempts(repository)).toBe(1);
});

test("a library that computes wrongly is not used", async () => {
  const repository = repositoryWithPackage("[[19, 22], [43, 51]]");
  const { status, stderr } = await repository.run(["train"]);
  expect(status).toBe(0);
  expect(stderr).toContain("TensorFlow.js will compute in pure JavaScript");
  expect(isReady(repository)).toBe(false);
});

test("a refused download does not stop the training, and is not repeated at every start", async () => {
  const repository = repositoryWithPackage();
  repository.write("refused", "");
  const { status, stdout, stderr } = await repository.run(["train", "--epochs", "1"]);
  expect(status).toBe(0);
  expect(JSON.parse(stdout).args).toEqual(["--epochs", "1"]);
  expect(stderr.trimEnd().split("\n").at(-1)).toMatch(
    /^The native TensorFlow library cannot be prepared \(see .*\.log\)\. .* 1,000 times slower\. To try again: npm run tensorflow$/,
  );
  const second = await repository.run(["train"]);
  expect(second.stderr).toMatch(/^The native TensorFlow .* \(an earlier attempt failed, .*\n$/);
  expect(attempts(repository)).toBe(1);
});

test("`npm run tensorflow` tries again after a refused download", async () => {
  const repository = repositoryWithPackage();
  repository.write("refused", "");
  await repository.run(["train"]);
  const refused = await repository.run(["tensorflow"]);
  expect(refused.status).toBe(1);
  expect(refused.stderr).toMatch(/error: the native TensorFlow library cannot be prepared: .*\n$/);
  rmSync(join(repository.folder, "refused"));
  const { status, stdout } = await repository.run(["tensorflow"]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^The native TensorFlow library is ready: /);
  expect((await repository.run(["train"])).stderr).toBe("");
});

test("EDGE_CAPTION_TFJS=native makes a missing library an error", async () => {
  const repository = repositoryWithPackage();
  repository.write("refused", "");
  const environment = { EDGE_CAPTION_TFJS: "native" };
  const { status, stdout } = await repository.run(["train"], { environment });
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
});

test("EDGE_CAPTION_TFJS=cpu does not prepare the library", async () => {
  const repository = repositoryWithPackage();
  const environment = { EDGE_CAPTION_TFJS: "cpu" };
  expect((await repository.run(["train"], { environment })).stderr).toBe("");
  expect(attempts(repository)).toBe(0);
});

test("a cache folder that cannot be written does not stop the training", async () => {
  const repository = repositoryWithPackage();
  repository.write("a-file", "");
  const environment = { EDGE_CAPTION_CACHE: join(repository.folder, "a-file/cache") };
  const { status, stderr } = await repository.run(["train"], { environment });
  expect(status).toBe(0);
  expect(stderr).toMatch(/^The native TensorFlow library cannot be prepared \(ENOTDIR.*\n$/);
});
