import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type BareService, startBareService } from "../support/bare-workerd.ts";
import {
  examplesFolder,
  type HostileOrigin,
  startHostileOrigin,
} from "../support/hostile-origin.ts";
import { sharedFolder } from "../support/temporary-folder.ts";
import { writeToyBundle } from "../support/toy-bundle.ts";

// A busy machine may take a minute to build the Worker, or to load the model.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const [folder, bundle] = [sharedFolder(), sharedFolder()];
let photo: Uint8Array<ArrayBuffer>;
let files: Server;
let origin: HostileOrigin;
let service: BareService;

/** What the bundle's files wait for, but for the manifest: who asks first is to be killed meanwhile. */
const released = Promise.withResolvers<void>();
const asked: string[] = [];

beforeAll(async () => {
  await writeToyBundle(bundle);
  photo = new Uint8Array(await readFile(join(examplesFolder, "chelsea.jpg")));
  files = createServer(async ({ url = "" }, response) => {
    asked.push(url);
    if (url !== "/manifest.json") await released.promise;
    response.end(await readFile(join(bundle, url)));
  }).listen(0, "127.0.0.1");
  await once(files, "listening");
  origin = await startHostileOrigin();
  service = await startBareService(folder, {
    bundle: (files.address() as AddressInfo).port,
    internet: origin.port,
    entry: "tests/support/workers/killed-request.ts",
  });
});

afterAll(async () => {
  await service?.stop();
  await origin?.close();
  files?.closeAllConnections();
  files?.close();
});

const fileAsked = () => asked.filter((path) => path !== "/manifest.json").length;
const caption = () => fetch(`${service.url}/caption`, { method: "POST", body: photo });

async function client(request: string, body: Uint8Array = new Uint8Array()): Promise<Socket> {
  const socket = connect(service.port, "127.0.0.1");
  socket.on("error", () => undefined);
  await once(socket, "connect");
  socket.write(`${request} HTTP/1.1\r\nHost: captions.example\r\n`);
  socket.write(`Content-Length: ${body.length}\r\n\r\n`);
  socket.write(body);
  return socket;
}

test("a request that is killed while it loads the model takes nobody along", async () => {
  const first = await client("POST /caption", photo);
  await expect.poll(fileAsked, { timeout: 10_000 }).toBeGreaterThan(0);
  const waiting = [caption(), caption()];
  await new Promise((resolve) => setTimeout(resolve, 500));
  first.resetAndDestroy();
  await new Promise((resolve) => setTimeout(resolve, 500));
  released.resolve();
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200]);
  expect((await caption()).status).toBe(200);
});

test("nor does one that is killed while it works out an answer for others", async () => {
  const url = encodeURIComponent("http://pictures.example/slow.jpg");
  const slow = () => origin.requests.filter((request) => request.endsWith("/slow.jpg")).length;
  const first = await client(`GET /caption?url=${url}`);
  await expect.poll(slow, { timeout: 10_000 }).toBe(1);
  const second = fetch(`${service.url}/caption?url=${url}`);
  await new Promise((resolve) => setTimeout(resolve, 300));
  first.resetAndDestroy();
  expect((await second).status).toBe(200);
  expect(slow()).toBe(2);
});
