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
  "old.example": { alias: "cdn.example.net.", A: ["93.184.215.14"] },
  "private.example": { A: ["10.0.0.7"] },
  "mixed.example": { A: ["93.184.215.14"], AAAA: ["::1"] },
  "metadata.example": { A: ["169.254.169.254"] },
  "alias.example": { alias: "localhost.", A: ["93.184.215.14"] },
  "empty.example": {},
  "broken.example": { code: 2 },
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

/** What was asked for while something was done, look-ups aside. */
async function fetched(work: () => Promise<unknown>): Promise<string[]> {
  const before = origin.requests.length;
  await work();
  return origin.requests.slice(before).filter((request) => !request.endsWith("/dns-query"));
}

test("the log has the whole URL where a setting asks for it", async () => {
  const answer = await captionOf(service, "http://pictures.example/cat.jpg?a=b#c");
  const line = await logLineOf(service, answer);
  expect(line.imageUrl).toBe("http://pictures.example/cat.jpg?a=b");
});

describe("with a resolver", () => {
  test.each(["pictures.example", "PICTURES.example.", "old.example", "93.184.215.14"])(
    "%s is fetched from",
    async (host) => {
      const { status, body } = await captionOf(service, `http://${host}/cat.jpg`);
      expect([status, body.code]).toEqual([200, undefined]);
    },
  );

  test.each([
    ["private.example", 403, "private_address"],
    ["mixed.example", 403, "private_address"],
    ["metadata.example", 403, "private_address"],
    ["alias.example", 403, "private_address"],
    ["empty.example", 502, "unresolvable"],
    ["nobody.example", 502, "unresolvable"],
    ["broken.example", 503, "resolver_failed"],
    ["silent.example", 503, "resolver_failed"],
  ])("%s is not: %i %s", async (host, status, code) => {
    const asked = await fetched(async () => {
      const answer = await captionOf(service, `http://${host}/cat.jpg`);
      expect([answer.status, answer.body.code]).toEqual([status, code]);
      if (status === 503) expect(answer.headers.get("Retry-After")).toBe("5");
    });
    expect(asked).toEqual([]);
  });

  test("a redirect's target is looked up as well", async () => {
    const asked = await fetched(async () => {
      const url = "http://pictures.example/to?location=http://private.example/cat.jpg";
      expect((await captionOf(service, url)).body.code).toBe("private_address");
    });
    expect(asked).toEqual(["pictures.example/to"]);
  });

  test("a batch has room for its look-ups, and one that has not is refused", async () => {
    const batch = (count: number) => {
      const urls = Array.from({ length: count }, (_, n) => `http://pictures.example/hops?n=2&${n}`);
      const headers = { "Content-Type": "application/json" };
      const body = JSON.stringify({ urls });
      return fetch(`${service.url}/captions`, { method: "POST", headers, body });
    };
    // The toy's bundle has four files: 46 requests are left, three for each place that is asked.
    const tooMany = await batch(16);
    expect([tooMany.status, await tooMany.json()]).toMatchObject([400, { code: "too_many_urls" }]);

    const before = origin.requests.length;
    const lines = (await (await batch(12)).text()).trim().split("\n");
    expect(lines).toHaveLength(12);
    const codes = lines.map((line) => JSON.parse(line).problem?.code ?? "captioned");
    // Thirty-six for the pictures themselves; ten are left, and pay for three redirects.
    expect(origin.requests.length - before).toBe(36 + 9);
    expect(codes.filter((code) => code === "too_many_subrequests").length).toBeGreaterThan(8);
  });
});
