import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { examplesFolder } from "../../bench/images.ts";
import type { HostileOrigin } from "../../bench/soak/hostile-origin.ts";
import { PRIVATE_HOSTS, PUBLIC_HOSTS } from "../../bench/soak/hosts.ts";
import { logLineOf } from "../support/log-line.ts";
import { ask, captionOf, type Service } from "../support/service.ts";
import { sharedFolder } from "../support/temporary-folder.ts";
import { writeToyBundle } from "../support/toy-bundle.ts";
import { startWorld } from "../support/world.ts";

// A busy machine may take a minute for the first caption, which loads the model.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const folder = sharedFolder();
let origin: HostileOrigin;
let service: Service;
let right: unknown;

// Every public name leads to the hostile origin; the guard itself has no exception.
beforeAll(async () => {
  const variables = { FIRST_BYTE_MS: "3000", FETCH_MS: "6000", CACHE_SECONDS: "0" };
  await writeToyBundle(folder);
  const world = await startWorld({ variables, bundle: folder });
  ({ origin, service } = world);
  const body = await readFile(join(examplesFolder, "chelsea.jpg"));
  const answer = await ask(service, "/caption", { method: "POST", body });
  expect(answer.status).toBe(200);
  right = answer.body;
  return world.stop;
});

const site = "http://pictures.example";

async function refusal(url: string): Promise<unknown[]> {
  const { status, headers, body } = await captionOf(service, url);
  expect(headers.get("Content-Type")).toBe("application/problem+json");
  expect(body).toMatchObject({ status, type: `/problems#${body.code}` });
  return [status, body.code];
}

describe("an image is captioned", () => {
  test.each([
    "/cat.jpg",
    "/cat.jpg?size=large#top",
    "/photo-as-html",
    "/203",
    "/206-whole",
    "/hops?n=1",
    "/hops?n=3",
    "/endless-redirect",
    "/to?location=https://cdn.example.net/cat.jpg",
    "/to?location=//cdn.example.net/cat.jpg",
  ])("%s", async (path) => {
    const { status, body } = await captionOf(service, site + path);
    expect([status, body]).toEqual([200, right]);
  });

  test("and nothing of its server's answer is passed on", async () => {
    const { headers, body } = await captionOf(service, `${site}/chatty`);
    expect(body).toEqual(right);
    for (const name of ["Set-Cookie", "X-Evil", "Link"]) expect(headers.has(name)).toBe(false);
  });
});

describe("each problem of an image or its server has a code and a status", () => {
  test.each([
    ["/html-as-photo", 415, "unsupported_format"],
    ["/svg-as-png", 415, "unsupported_format"],
    ["/empty", 422, "empty_image"],
    ["/truncated", 422, "broken_image"],
    ["/corrupt", 422, "broken_image"],
    ["/declares-too-much", 413, "too_many_bytes"],
    ["/declares-more-and-closes", 502, "upstream_interrupted"],
    ["/declares-less", 422, "broken_image"],
    ["/bomb", 413, "too_many_bytes"],
    ["/brotli-bomb", 413, "too_many_bytes"],
    ["/endless", 413, "too_many_bytes"],
    ["/silent", 504, "timeout"],
    ["/drips-headers", 504, "timeout"],
    ["/stalls", 504, "timeout"],
    ["/drips", 504, "timeout"],
    ["/closes", 502, "unreachable"],
    ["/not-http", 502, "unreachable"],
    ["/404", 502, "upstream_status"],
    ["/500", 502, "upstream_status"],
    ["/204", 502, "upstream_status"],
    ["/206", 502, "upstream_status"],
    ["/false-gzip", 502, "upstream_interrupted"],
    ["/deflate", 415, "unsupported_format"],
    ["/zstd", 415, "unsupported_format"],
    ["/300", 502, "upstream_status"],
    ["/nowhere", 502, "bad_redirect"],
    ["/loop", 502, "redirect_loop"],
    ["/ping", 502, "redirect_loop"],
    ["/hops?n=4", 502, "too_many_redirects"],
    ["/to?location=ftp://example.com/", 400, "unsupported_scheme"],
    ["/to?location=http://me:pw@example.com/", 400, "credentials_in_url"],
    ["/to?location=http://example.com:25/", 403, "forbidden_port"],
    ["/to?location=data:image/png,", 400, "unsupported_scheme"],
  ])("%s is %i %s", async (path, status, code) => {
    expect(await refusal(site + path)).toEqual([status, code]);
    expect((await captionOf(service, `${site}/cat.jpg`)).body).toEqual(right);
  });

  test("the log has each refusal by its request id, without the image's path", async () => {
    const answer = await captionOf(service, `${site}/404?token=secret`);
    expect(answer.headers.get("X-Request-Id")).toBe(answer.body.requestId);
    const line = await logLineOf(service, answer);
    expect(line).toMatchObject({
      status: 502,
      code: "upstream_status",
      imageHost: "pictures.example",
    });
    expect(JSON.stringify(line)).not.toContain("secret");
  });

  test("an answer that is not compressed as declared is named as such", async () => {
    const { body } = await captionOf(service, `${site}/false-gzip`);
    expect(body.detail).toContain("compressed with gzip, but it is not");
  });

  test("connections are not left open", async () => {
    await expect.poll(() => origin.openConnections(), { timeout: 5000 }).toBe(0);
  });
});

describe("private addresses are never fetched from", () => {
  test.each(Object.entries(PRIVATE_HOSTS))("%s", async (_, hosts) => {
    const before = origin.requests.length;
    for (const host of hosts) {
      expect(await refusal(`http://${host}/cat.jpg`), host).toEqual([403, "private_address"]);
    }
    expect(origin.requests.length).toBe(before);
  });

  test.each(Object.entries(PRIVATE_HOSTS))("as a redirect's target: %s", async (_, hosts) => {
    const before = origin.requests.length;
    for (const host of hosts) {
      const location = encodeURIComponent(`http://${host}/cat.jpg`);
      expect(await refusal(`${site}/to?location=${location}`), host).toEqual([
        403,
        "private_address",
      ]);
    }
    const asked = origin.requests.slice(before);
    expect(asked).toEqual(hosts.map(() => "pictures.example/to"));
  });
});

test("the public addresses next to private ranges are fetched from", async () => {
  for (const host of PUBLIC_HOSTS) {
    const before = origin.requests.length;
    expect(await refusal(`http://${host}/404`), host).toEqual([502, "upstream_status"]);
    expect(origin.requests.length, host).toBe(before + 1);
  }
});
