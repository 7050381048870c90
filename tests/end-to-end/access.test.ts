import { createHmac } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type HostileOrigin, startHostileOrigin } from "../../bench/soak/hostile-origin.ts";
import { type Service, startService } from "../support/service.ts";
import { sharedFolder } from "../support/temporary-folder.ts";
import { writeToyBundle } from "../support/toy-bundle.ts";

// A busy machine may take a minute to start.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const oldKey = "the-old-key-of-twenty-letters";
const newKey = "the-new-key-of-twenty-letters";
const thirdKey = "the-third-key-of-twenty-letters";
const urlKey = "the-key-that-signs-the-urls";
const photo = "http://pictures.example/cat.jpg";

const folder = sharedFolder();
let origin: HostileOrigin;
let service: Service;

beforeAll(async () => {
  origin = await startHostileOrigin();
  await writeToyBundle(folder);
  const variables = {
    API_KEYS: `${oldKey}, ${newKey}, ${thirdKey}`,
    URL_KEYS: urlKey,
    ALLOWED_HOSTS: "pictures.example, *.cdn.example",
    OWN_HOSTS: "captions.example",
    ALLOWED_PORTS: "80, 443",
  };
  service = await startService({ internet: origin.port, variables, bundle: folder, rateLimit: 8 });
});

afterAll(async () => {
  await service?.stop();
  await origin?.close();
});

const bearer = (key: string) => ({ Authorization: `Bearer ${key}` });

/** As documented for other languages, without the service's own code. */
function sign(parameters: Record<string, string>, key = urlKey): string {
  const query = new URLSearchParams(parameters);
  query.sort();
  const signature = createHmac("sha256", key).update(`/caption?${query}`).digest("base64url");
  return `/caption?${query}&signature=${signature}`;
}

const inAnHour = () => String(Math.floor(Date.now() / 1000) + 3600);

async function outcome(path: string, init: RequestInit = {}): Promise<unknown[]> {
  const response = await fetch(service.url + path, init);
  const body = (await response.json()) as { code?: string };
  return [response.status, body.code ?? "answered"];
}

/** Every test comes from an address of its own, so that their counts do not add up. */
const from = (address: string) => ({ "CF-Connecting-IP": address });
const caption = `/caption?url=${photo}`;

describe("a key", () => {
  test("is needed, and any of them will do", async () => {
    const headers = from("198.51.100.1");
    expect(await outcome(caption, { headers })).toEqual([401, "unauthorized"]);
    expect(await outcome(caption, { headers: bearer(`${oldKey}x`) })).toEqual([
      401,
      "unauthorized",
    ]);
    for (const key of [oldKey, newKey]) {
      expect(await outcome(caption, { headers: bearer(key) })).toEqual([200, "answered"]);
    }
    const response = await fetch(service.url + caption);
    expect(response.headers.get("WWW-Authenticate")).toBe('Bearer realm="captions"');
  });

  test("does not open other hosts, ports, or the service itself", async () => {
    const codeOf = async (url: string) =>
      (await outcome(`/caption?url=${url}`, { headers: bearer(newKey) }))[1];
    expect(await codeOf("http://example.com/cat.jpg")).toBe("host_not_allowed");
    expect(await codeOf("http://a.cdn.example/cat.jpg")).toBe("answered");
    expect(await codeOf("http://pictures.example:8080/cat.jpg")).toBe("forbidden_port");
    expect(await codeOf("http://captions.example/examples/chelsea.jpg")).toBe("own_request");
    const headers = { ...bearer(newKey), "Edge-Caption-Fetch": "1" };
    expect(await outcome(caption, { headers })).toEqual([403, "own_request"]);
  });
});

describe("a signed URL", () => {
  const headers = from("198.51.100.2");

  test("needs no key, and cannot be changed", async () => {
    const signed = sign({ url: photo, beam: "2", expires: inAnHour() });
    expect(await outcome(signed, { headers })).toEqual([200, "answered"]);
    for (const changed of [
      signed.replace("beam=2", "beam=3"),
      signed.replace("cat.jpg", "dog.jpg"),
      signed.replace("/caption?", "/caption?max_length=1&"),
      sign({ url: photo, expires: inAnHour() }, newKey),
    ]) {
      expect(await outcome(changed, { headers })).toEqual([403, "signature_invalid"]);
    }
  });

  test("expires, also where its answer is kept", async () => {
    const expired = sign({ url: photo, expires: "1700000000" });
    expect(await outcome(expired, { headers })).toEqual([403, "signature_expired"]);
    expect(await outcome(sign({ url: photo }), { headers })).toEqual([403, "signature_expired"]);
  });
});

describe("the rate limit", () => {
  // It counts by full minutes here: one must not end while a test counts.
  beforeEach(async () => {
    const left = 60_000 - (Date.now() % 60_000);
    if (left < 15_000) await setTimeout(left);
  });

  const signed = () => sign({ url: photo, expires: inAnHour() });
  const ask = (address: string) => outcome(signed(), { headers: from(address) });

  test("counts by address, whose answers are kept or not; in IPv6 by half of it", async () => {
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

  test("counts by key, wherever it comes from, and each picture of a batch", async () => {
    const batch = (count: number, address: string) =>
      fetch(`${service.url}/captions`, {
        method: "POST",
        headers: { ...bearer(thirdKey), ...from(address), "Content-Type": "application/json" },
        body: JSON.stringify({ urls: Array(count).fill(photo) }),
      });
    const first = await batch(6, "198.51.100.5");
    expect([first.status, (await first.text()).trim().split("\n").length]).toEqual([200, 6]);
    const second = await batch(3, "198.51.100.6");
    expect([second.status, second.headers.get("Retry-After")]).toEqual([429, "60"]);
    await second.text();
  });
});
