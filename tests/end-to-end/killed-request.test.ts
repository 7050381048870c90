import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { examplesFolder } from "../../bench/images.ts";
import { type RunningWorkerd, startWorkerd } from "../../node/workerd.ts";
import { sendRequest } from "../support/raw-client.ts";
import { sharedFolder } from "../support/temporary-folder.ts";
import { writeToyBundle } from "../support/toy-bundle.ts";

// A busy machine may take a minute to build the Worker, or to load the model.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const bundle = sharedFolder();
let photo: Uint8Array<ArrayBuffer>;
let behind: Server;
let service: RunningWorkerd;

/** The requests of the service: for files of its bundle, and for images. */
const asked: string[] = [];
/** While true, requests get no answer, so the first of them can only be killed. */
let isSilent = false;

beforeAll(async () => {
  await writeToyBundle(bundle);
  photo = new Uint8Array(await readFile(join(examplesFolder, "chelsea.jpg")));
  behind = createServer(async ({ url = "" }, response) => {
    const name = basename(url);
    if (name !== "manifest.json") {
      asked.push(name);
      if (isSilent) return;
    }
    response.end(name === "cat.jpg" ? photo : await readFile(join(bundle, name)));
  }).listen(0, "127.0.0.1");
  await once(behind, "listening");
  const { port } = behind.address() as AddressInfo;
  service = await startWorkerd({
    bundle: port,
    internet: port,
    variables: { FIRST_BYTE_MS: "60000", FETCH_MS: "100000" },
    entry: "tests/support/workers/killed-request.ts",
  });
});

afterAll(async () => {
  await service?.stop();
  behind?.closeAllConnections();
  behind?.close();
});

/** A busy machine may take its time. */
const soon = { timeout: 10_000 };

const upload = (body = photo) => fetch(`${service.url}/caption`, { method: "POST", body });

test("waiters survive the leader that loads the model", async () => {
  isSilent = true;
  const headers = { "Content-Length": photo.length };
  const first = await sendRequest(service.url, "POST /caption", headers, photo);
  await expect.poll(() => asked.length, soon).toBeGreaterThan(0);
  const waiting = [upload(), upload()];
  // It came later, and needs no model: the others have got as far as that.
  expect((await upload(new Uint8Array([1, 2, 3]))).status).toBe(415);
  isSilent = false;
  first.resetAndDestroy();
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200]);
});

test("waiters survive the leader that works out their answer", async () => {
  const path = `/caption?url=${encodeURIComponent("http://pictures.example/cat.jpg")}`;
  const cats = () => asked.filter((name) => name === "cat.jpg").length;
  isSilent = true;
  const first = await sendRequest(service.url, `GET ${path}`);
  await expect.poll(cats, soon).toBe(1);
  const second = fetch(service.url + path);
  // The second request came later: it waits by now, and has not requested the image itself.
  expect((await upload()).status).toBe(200);
  expect(cats()).toBe(1);
  isSilent = false;
  first.resetAndDestroy();
  expect((await second).status).toBe(200);
  expect(cats()).toBe(2);
});
