import { copyFile, cp, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { examplesFolder } from "../../bench/images.ts";
import { type RunningWorkerd, startWorkerd } from "../../node/workerd.ts";
import { sharedFolder } from "../support/temporary-folder.ts";
import { writeToyBundle } from "../support/toy-bundle.ts";

// A busy machine may take a minute to build the Worker, or to load the model.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const [folder, bundle, whole] = [sharedFolder(), sharedFolder(), sharedFolder()];
let service: RunningWorkerd;
let photo: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  await writeToyBundle(whole);
  photo = new Uint8Array(await readFile(join(examplesFolder, "chelsea.jpg")));
  // Without a bundle: an isolate that has read a manifest keeps it.
  service = await startWorkerd({ bundle });
});

afterAll(() => service?.stop());

const file = (name: string) => join(bundle, name);

/** What may be wrong with a deployed bundle, and what the answer must say about it. */
const faults: readonly [fault: string, reason: RegExp, break_: () => Promise<unknown>][] = [
  ["no manifest", /manifest\.json was answered with 404/, () => rm(file("manifest.json"))],
  [
    "a manifest that is not JSON",
    /manifest\.json is not JSON/,
    () => truncate(file("manifest.json"), 100),
  ],
  [
    "a manifest without a schema",
    /manifest\.json is damaged at "schema"/,
    () => writeFile(file("manifest.json"), "{}"),
  ],
  ["a file that is missing", /encoder\.onnx was answered with 404/, () => rm(file("encoder.onnx"))],
  [
    "a file that was cut short",
    /decoder\.onnx has 50 bytes/,
    () => truncate(file("decoder.onnx"), 50),
  ],
  ["a graph that is not ONNX", /loaded: .*protobuf/i, () => overwrite("decoder.onnx")],
  [
    "a vocabulary that is not JSON",
    /vocabulary\.json is not JSON/,
    () => overwrite("vocabulary.json"),
  ],
];

/** Overwrites a file's bytes but keeps its size, which is all that the Worker checks. */
async function overwrite(name: string): Promise<void> {
  const { length } = await readFile(file(name));
  await writeFile(file(name), new Uint8Array(length).fill(0x5a));
}

async function repair(): Promise<void> {
  await cp(whole, bundle, { recursive: true });
}

async function caption(): Promise<[Response, Record<string, unknown>]> {
  const response = await fetch(`${service.url}/caption`, { method: "POST", body: photo });
  return [response, (await response.json()) as Record<string, unknown>];
}

async function health(): Promise<unknown> {
  return (await fetch(`${service.url}/health`)).json();
}

test("a damaged bundle is answered with 503 and the reason, and is read again for the next request", async () => {
  for (const [fault, reason, break_] of faults) {
    await repair();
    await break_();
    const [response, body] = await caption();
    expect([response.status, body.code], fault).toEqual([503, "model_unavailable"]);
    expect(body.detail, fault).toMatch(reason);
    expect(response.headers.get("Retry-After"), fault).toBe("5");
    expect(await health()).toMatchObject({ status: "ok", model: "not loaded yet" });
  }
  await repair();
  const [response, { model }] = await caption();
  expect(response.status).toBe(200);
  const { version: modelVersion } = model as { readonly version: string };
  expect(await health()).toMatchObject({ model: "loaded", modelVersion });
});

test("a loaded model is not read again", async () => {
  await rename(file("manifest.json"), join(folder, "manifest.json"));
  const [response] = await caption();
  expect(response.status).toBe(200);
  await copyFile(join(folder, "manifest.json"), file("manifest.json"));
});
