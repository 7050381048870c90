import { beforeAll, describe, expect, test, vi } from "vitest";
import type { HostileOrigin } from "../../bench/soak/hostile-origin.ts";
import { logLineOf } from "../support/log-line.ts";
import { captionOf, type Service } from "../support/service.ts";
import { sharedFolder } from "../support/temporary-folder.ts";
import { writeToyBundle } from "../support/toy-bundle.ts";
import { startWorld } from "../support/world.ts";

// A busy machine may take a minute for the first caption, which loads the model.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const address = { A: ["93.184.215.14"], AAAA: ["2606:4700::1111"] };

const zone = {
  "pictures.example": address,
  "private.example": { A: ["10.0.0.7"] },
  "mixed.example": { A: ["93.184.215.14"], AAAA: ["::1"] },
};

const folder = sharedFolder();
let origin: HostileOrigin;
let service: Service;

beforeAll(async () => {
  await writeToyBundle(folder);
  const variables = {
    RESOLVER_URL: "https://resolver.example/dns-query",
    RESOLVER_MS: "1500",
    CACHE_SECONDS: "0",
    LOG_URLS: "true",
  };
  const world = await startWorld({ variables, bundle: folder }, zone);
  ({ origin, service } = world);
  return world.stop;
});

/** Returns what was requested from the origin meanwhile, without look-ups. */
async function fetched(work: () => Promise<unknown>): Promise<string[]> {
  const before = origin.requests.length;
  await work();
  return origin.requests.slice(before).filter((request) => !request.endsWith("/dns-query"));
}

test("LOG_URLS logs the whole URL", async () => {
  const answer = await captionOf(service, "http://pictures.example/cat.jpg?a=b#c");
  const line = await logLineOf(service, answer);
  expect(line.imageUrl).toBe("http://pictures.example/cat.jpg?a=b");
});

describe("with a resolver", () => {
  test("an image is fetched by a name with public addresses, and by an address", async () => {
    for (const host of ["pictures.example", "93.184.215.14"]) {
      expect((await captionOf(service, `http://${host}/cat.jpg`)).status).toBe(200);
    }
  });

  test("a name that is refused is not fetched from", async () => {
    const requests = await fetched(async () => {
      const answer = await captionOf(service, "http://mixed.example/cat.jpg");
      expect([answer.status, answer.body.code]).toEqual([403, "private_address"]);
    });
    expect(requests).toEqual([]);
  });

  test("a resolver that is silent is a 503 with Retry-After", async () => {
    const answer = await captionOf(service, "http://silent.example/cat.jpg");
    expect([answer.status, answer.body.code]).toEqual([503, "resolver_failed"]);
    expect(answer.headers.get("Retry-After")).toBe("5");
  });

  test("the target of a redirect is looked up as well", async () => {
    const requests = await fetched(async () => {
      const url = "http://pictures.example/to?location=http://private.example/cat.jpg";
      expect((await captionOf(service, url)).body.code).toBe("private_address");
    });
    expect(requests).toEqual(["pictures.example/to"]);
  });

  test("a batch whose look-ups exceed the outgoing requests is refused", async () => {
    const batch = (count: number) => {
      const urls = Array.from({ length: count }, (_, n) => `http://pictures.example/hops?n=2&${n}`);
      const headers = { "Content-Type": "application/json" };
      const body = JSON.stringify({ urls });
      return fetch(`${service.url}/captions`, { method: "POST", headers, body });
    };
    // The toy bundle has four files: 46 requests are left, three for each fetch.
    const tooMany = await batch(16);
    expect([tooMany.status, await tooMany.json()]).toMatchObject([400, { code: "too_many_urls" }]);

    const before = origin.requests.length;
    const lines = (await (await batch(12)).text()).trim().split("\n");
    expect(lines).toHaveLength(12);
    const codes = lines.map((line) => JSON.parse(line).problem?.code ?? "captioned");
    // 36 for the images themselves; the other ten are enough for three redirects.
    expect(origin.requests.length - before).toBe(36 + 9);
    expect(codes.filter((code) => code === "too_many_subrequests").length).toBeGreaterThan(8);
  });
});
