import { createHmac } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { json } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type HostileOrigin, startHostileOrigin } from "../../bench/soak/hostile-origin.ts";
import { type Service, startService } from "../support/service.ts";
import { sharedFolder } from "../support/temporary-folder.ts";
import { writeToyBundle } from "../support/toy-bundle.ts";

// A busy machine may take a minute to start.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const key = "an-api-key-of-twenty-letters";
const urlKey = "the-key-that-signs-the-urls";
const photo = "http://pictures.example/cat.jpg";

const folder = sharedFolder();
let origin: HostileOrigin;
let service: Service;

beforeAll(async () => {
  origin = await startHostileOrigin();
  await writeToyBundle(folder);
  const variables = {
    API_KEYS: key,
    URL_KEYS: urlKey,
  };
  service = await startService({ internet: origin.port, variables, bundle: folder, rateLimit: 8 });
});

afterAll(async () => {
  await service?.stop();
  await origin?.close();
});

/** Signs as docs/security.md describes it, without the service's own code. */
function sign(parameters: Record<string, string>, secret = urlKey): string {
  const query = new URLSearchParams(parameters);
  query.sort();
  const signature = createHmac("sha256", secret).update(`/caption?${query}`).digest("base64url");
  return `/caption?${query}&signature=${signature}`;
}

const inAnHour = () => String(Math.floor(Date.now() / 1000) + 3600);

async function outcome(path: string, init: RequestInit = {}): Promise<unknown[]> {
  const response = await fetch(service.url + path, init);
  const body = (await response.json()) as { code?: string };
  return [response.status, body.code ?? "answered"];
}

/** Each test has an address of its own, so that counts do not add up. */
const from = (address: string) => ({ "CF-Connecting-IP": address });
describe("a signed URL", () => {
  const headers = from("198.51.100.2");

  test("that was signed as documented needs no key, and cannot be changed", async () => {
    const signed = sign({ url: photo, beam: "2", expires: inAnHour() });
    expect(await outcome(signed, { headers })).toEqual([200, "answered"]);
    for (const changed of [
      signed.replace("beam=2", "beam=3"),
      signed.replace("cat.jpg", "dog.jpg"),
      signed.replace("/caption?", "/caption?max_length=1&"),
      sign({ url: photo, expires: inAnHour() }, key),
    ]) {
      expect(await outcome(changed, { headers })).toEqual([403, "signature_invalid"]);
    }
  });

  test("expires, even if its answer is cached", async () => {
    const expired = sign({ url: photo, expires: "1700000000" });
    expect(await outcome(expired, { headers })).toEqual([403, "signature_expired"]);
    expect(await outcome(sign({ url: photo }), { headers })).toEqual([403, "signature_expired"]);
  });
});

test.each([
  { Host: "edge-caption.internal" },
  { "CF-Worker": "edge-caption-site" },
  { "Edge-Caption-Entrypoint": "OwnerEntrypoint" },
])("%j does not lead a stranger to the owner's entrypoint", async (headers) => {
  const url = `${service.url}/caption?url=${encodeURIComponent(photo)}`;
  const asked = request(url, { headers: { ...headers, ...from("198.51.100.7") } }).end();
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  expect(await json(answer)).toMatchObject({ status: 401, code: "unauthorized" });
});

describe("the rate limit", () => {
  // The local limiter counts by full minutes: none may end during a test.
  beforeEach(async () => {
    const left = 60_000 - (Date.now() % 60_000);
    if (left < 15_000) await setTimeout(left);
  });

  const signed = () => sign({ url: photo, expires: inAnHour() });
  const ask = (address: string) => outcome(signed(), { headers: from(address) });

  test("counts by address, for IPv6 by /64, and counts cached answers too", async () => {
    for (const _ of Array(8)) expect(await ask("198.51.100.3")).toEqual([200, "answered"]);
    const response = await fetch(service.url + signed(), { headers: from("198.51.100.3") });
    expect(response.status).toBe(429);
    expect(response.headers.get("Retry-After")).toBe("60");
    expect(await response.json()).toMatchObject({ code: "rate_limited" });
    expect(await ask("198.51.100.4")).toEqual([200, "answered"]);

    for (let n = 1; n <= 8; n++) await ask(`2001:db8:0:1::${n}`);
    expect(await ask("2001:db8:0:1:ffff::9")).toEqual([429, "rate_limited"]);
    expect(await ask("2001:db8:0:2::1")).toEqual([200, "answered"]);
  });

  test("counts by key, whatever the address, and every image of a batch", async () => {
    const batch = (count: number, address: string) =>
      fetch(`${service.url}/captions`, {
        method: "POST",
        headers: {
          Authorization: `Bearer ${key}`,
          ...from(address),
          "Content-Type": "application/json",
        },
        body: JSON.stringify({ urls: Array(count).fill(photo) }),
      });
    const first = await batch(6, "198.51.100.5");
    expect([first.status, (await first.text()).trim().split("\n").length]).toEqual([200, 6]);
    const second = await batch(3, "198.51.100.6");
    expect([second.status, second.headers.get("Retry-After")]).toEqual([429, "60"]);
    await second.text();
  });
});
