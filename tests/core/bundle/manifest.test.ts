import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type Manifest, manifestFileName, parseManifest } from "../../../core/bundle/manifest.ts";
import { readBundle } from "../../../node/bundle.ts";
import { sharedFolder, temporaryFolder } from "../../support/temporary-folder.ts";
import { writeToyBundle } from "../../support/toy-bundle.ts";

const folder = sharedFolder();
let toy: Manifest;

beforeAll(async () => {
  toy = await writeToyBundle(folder);
});

/** The toy's manifest with one value changed, named by its path. */
function changed(path: string, value: unknown): unknown {
  const manifest = structuredClone(toy) as unknown as Record<string, unknown>;
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  let place = manifest;
  for (const key of keys) place = place[key] as Record<string, unknown>;
  if (value === undefined) delete place[last];
  else place[last] = value;
  return manifest;
}

describe("a manifest", () => {
  test("is parsed unchanged", () => {
    expect(parseManifest(JSON.parse(JSON.stringify(toy)))).toEqual(toy);
  });

  test.each([
    ["schema", 2],
    ["name", ""],
    ["version", "1.0"],
    ["maximumLength", 0],
    ["maximumLength", 101],
    ["preparation.height", undefined],
    ["preparation.height", -4],
    ["network.kind", "transformer"],
    ["network.decoder.state", []],
    ["network.decoder.token", undefined],
    ["files.0.bytes", 26 * 1024 * 1024],
    ["files.1.sha256", "abc"],
    ["files.2.role", "weights"],
    ["files.0.path", "../encoder.onnx"],
    ["files.0.path", "/etc/passwd"],
    ["provenance.seed", 0.5],
  ])("with %s = %j is refused, and the place named", (path, value) => {
    expect(() => parseManifest(changed(path, value))).toThrow(
      expect.objectContaining({
        code: "invalid_manifest",
        message: expect.stringContaining(`"${path.split(".").slice(0, 2).join(".")}`),
      }),
    );
  });

  test.each([null, [], "text", 7])("with %j is refused", (json) => {
    expect(() => parseManifest(json)).toThrow(
      expect.objectContaining({ code: "invalid_manifest" }),
    );
  });
});

describe("a bundle's folder", () => {
  async function toyWith(path: string, change: (bytes: Buffer) => string | Uint8Array) {
    const folder = temporaryFolder();
    await writeToyBundle(folder);
    await writeFile(join(folder, path), change(await readFile(join(folder, path))));
    return readBundle(folder);
  }

  test("without a manifest is reported differently from a damaged one", async () => {
    await expect(readBundle(temporaryFolder())).rejects.toMatchObject({ code: "missing_model" });
    await expect(toyWith(manifestFileName, () => "{")).rejects.toMatchObject({
      code: "invalid_bundle",
    });
  });

  test("with a file of another size is refused by the file's name", async () => {
    await expect(toyWith("decoder.onnx", (bytes) => bytes.subarray(1))).rejects.toMatchObject({
      code: "invalid_bundle",
      message: expect.stringContaining("decoder.onnx"),
    });
  });

  test("without a file of a role is refused by the role's name", async () => {
    const without = (bytes: Buffer) => {
      const manifest = JSON.parse(bytes.toString()) as Manifest;
      const files = manifest.files.map((file) =>
        file.role === "decoder" ? { ...file, role: "decoder-weights" } : file,
      );
      return JSON.stringify({ ...manifest, files });
    };
    await expect(toyWith(manifestFileName, without)).rejects.toMatchObject({
      code: "invalid_manifest",
      message: expect.stringContaining("decoder"),
    });
  });
});
