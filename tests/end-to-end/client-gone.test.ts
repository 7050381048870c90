import type { Socket } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type HostileOrigin, startHostileOrigin } from "../../bench/soak/hostile-origin.ts";
import { type RunningWorkerd, startWorkerd } from "../../node/workerd.ts";
import { type RequestHeaders, sendRequest } from "../support/raw-client.ts";
import { sharedFolder } from "../support/temporary-folder.ts";
import { writeToyBundle } from "../support/toy-bundle.ts";

// A busy machine may take a minute to build the Worker, or to load the model.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const bundle = sharedFolder();
let origin: HostileOrigin;
let service: RunningWorkerd;
let clients: Socket[] = [];

beforeAll(async () => {
  origin = await startHostileOrigin();
  await writeToyBundle(bundle);
  // One slot and no queue, so a second request is refused. A server has a minute to answer.
  const variables = {
    MAX_JOBS: "1",
    MAX_WAITING: "0",
    FIRST_BYTE_MS: "60000",
    FETCH_MS: "100000",
    UPLOAD_MS: "60000",
    CACHE_SECONDS: "0",
  };
  service = await startWorkerd({ bundle, internet: origin.port, variables });
  // The first caption loads the model.
  expect(await statusOf("http://pictures.example/cat.jpg")).toBe(200);
});

afterAll(async () => {
  await service?.stop();
  await origin?.close();
});

afterEach(() => {
  for (const client of clients) client.destroy();
  clients = [];
});

/** A busy machine may take its time. */
const soon = { timeout: 10_000 };

const captionPath = (url: string) => `/caption?url=${encodeURIComponent(url)}`;

async function statusOf(url: string): Promise<number> {
  const response = await fetch(service.url + captionPath(url));
  await response.text();
  return response.status;
}

/** A client that can break its connection off. */
async function client(request: string, headers: RequestHeaders = {}, body = ""): Promise<Socket> {
  const socket = await sendRequest(service.url, request, headers, body);
  clients.push(socket);
  return socket;
}

const get = (url: string) => client(`GET ${captionPath(url)}`);

async function responseOf(socket: Socket): Promise<string> {
  let text = "";
  socket.setEncoding("utf8");
  for await (const chunk of socket) {
    text += chunk;
    if (text.includes("}")) break;
  }
  return text;
}

const asked = (path: string) => origin.requests.filter((request) => request.endsWith(path)).length;
const placeIsFree = () =>
  expect.poll(() => statusOf("http://pictures.example/cat.jpg"), soon).toBe(200);
const placeIsTaken = async () =>
  expect(await statusOf("http://pictures.example/cat.jpg?other")).toBe(503);

describe("a client that disconnects gives up its slot", () => {
  let before: number;

  beforeEach(() => {
    before = asked("/silent");
  });

  test("during its download, which ends", async () => {
    const leaving = await get("http://pictures.example/silent");
    await expect.poll(() => asked("/silent"), soon).toBe(before + 1);
    await placeIsTaken();
    leaving.resetAndDestroy();
    await expect.poll(() => origin.openConnections(), soon).toBe(0);
    await placeIsFree();
  });

  test("during its upload", async () => {
    const headers = { "Content-Length": 100_000 };
    const leaving = await client("POST /caption", headers, "not all of it");
    // The upload must come first: checking whether the slot is free takes it for a moment.
    await new Promise((resolve) => setTimeout(resolve, 500));
    await expect.poll(() => statusOf("http://pictures.example/cat.jpg?upload"), soon).toBe(503);
    leaving.destroy();
    await placeIsFree();
  });

  test("during a batch, whose other downloads end", async () => {
    const urls = ["silent?1", "silent?2"].map((path) => `http://pictures.example/${path}`);
    const body = JSON.stringify({ urls });
    const headers = { "Content-Type": "application/json", "Content-Length": body.length };
    const leaving = await client("POST /captions", headers, body);
    await expect.poll(() => asked("/silent"), soon).toBeGreaterThan(before);
    leaving.resetAndDestroy();
    await expect.poll(() => origin.openConnections(), soon).toBe(0);
    await placeIsFree();
  });
});

describe("of two clients that wait for the same image", () => {
  const url = "http://pictures.example/slow.jpg?shared";

  test("the first may disconnect, and the other gets its answer", async () => {
    const before = asked("/slow.jpg");
    const first = await get(url);
    await expect.poll(() => asked("/slow.jpg"), soon).toBe(before + 1);
    const second = await get(url);
    // Asked later, and refused by now: the second one waits.
    await placeIsTaken();
    first.resetAndDestroy();
    expect(await responseOf(second)).toMatch(/^HTTP\/1\.1 200 /);
    expect(asked("/slow.jpg")).toBe(before + 1);
  });

  test("the last one to disconnect ends the download", async () => {
    const before = asked("/silent");
    const silent = "http://pictures.example/silent?shared";
    const first = await get(silent);
    await expect.poll(() => asked("/silent"), soon).toBe(before + 1);
    const second = await get(silent);
    await placeIsTaken();
    first.resetAndDestroy();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(origin.openConnections()).toBe(1);
    second.resetAndDestroy();
    await expect.poll(() => origin.openConnections(), soon).toBe(0);
    await placeIsFree();
  });
});
