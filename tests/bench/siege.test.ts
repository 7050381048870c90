import { createServer } from "node:http";
import { type AddressInfo, createServer as listen } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { oddTargets, privateAddresses } from "../../bench/siege/attacks/addresses.ts";
import { ask, tell } from "../../bench/siege/exchange.ts";
import { isRight } from "../../bench/siege/index.ts";
import { privateHosts } from "../support/addresses.ts";

/** A problem document, as the service sends them, with something else in it. */
function problem(status: number, code: string, changed: object = {}) {
  return JSON.stringify({ status, code, detail: "why", requestId: "1", ...changed });
}

const answers: Record<string, readonly [status: number, type: string, body: string]> = {
  "/caption": [200, "application/json", "{}"],
  "/refused": [415, "application/problem+json", problem(415, "unsupported_format")],
  "/other-status": [500, "application/problem+json", problem(415, "unsupported_format")],
  "/unknown": [415, "application/problem+json", problem(415, "nobody_knows")],
  "/other-request": [
    415,
    "application/problem+json",
    problem(415, "unsupported_format", { requestId: "2" }),
  ],
  "/page": [415, "text/html", "<p>no"],
};

const server = createServer(({ url = "" }, response) => {
  const [status, type, body] = answers[url] ?? [404, "", ""];
  response.writeHead(status, { "Content-Type": type, "X-Request-Id": "1" }).end(body);
});
const silent = listen((socket) => socket.end());
let url: string;

beforeAll(async () => {
  await Promise.all(
    [server, silent].map((one) => new Promise<void>((done) => one.listen(0, "127.0.0.1", done))),
  );
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
  silent.close();
});

describe("an answer under siege", () => {
  test("is known by its status, and a problem by its code", async () => {
    expect(await ask(`${url}/caption`)).toBe("200");
    expect(await ask(`${url}/refused`)).toBe("415 unsupported_format");
  });

  test.each(["/other-status", "/unknown", "/other-request", "/page"])(
    "is improper where it is no such thing: %s",
    async (path) => {
      expect(await ask(url + path)).toMatch(/^improper: /);
    },
  );

  test("is the same to whoever writes to the connection himself", async () => {
    const { port } = server.address() as AddressInfo;
    const request = (path: string) => [`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`];
    expect(await tell(port, request("/refused"))).toBe("415 unsupported_format");
    expect(await tell(port, request("/page"))).toMatch(/^improper: /);
  });

  test("may be missing", async () => {
    expect(await tell((silent.address() as AddressInfo).port, ["GET / HTTP/1.1\r\n\r\n"])).toBe(
      "closed",
    );
  });
});

test("every private address is tried in every way", () => {
  const tried = Array.from({ length: 1000 }, (_, n) => privateAddresses(n).what.split("?")[0]);
  const hosts = Object.values(privateHosts).flat();
  expect(new Set(tried).size).toBe(hosts.length * ["get", "post", "redirect"].length * 2);
});

test("what a URL may be answered with depends on the way that it came", () => {
  const met = Array.from({ length: 4 }, (_, n) => {
    const attack = oddTargets(n);
    const outcome = "502 unreachable";
    return [attack.what.split(" ")[0], isRight({ attack, outcome, milliseconds: 1 })];
  });
  // Had the guard let an address of this machine through, nobody would have listened there.
  expect(Object.fromEntries(met)).toEqual({
    get: false,
    post: false,
    redirect: true,
    batch: false,
  });
});

test("an attack is met if it was refused for its own reason, or for too much to do", () => {
  const attack = privateAddresses(7);
  const met = (outcome: string) => isRight({ attack, outcome, milliseconds: 1 });
  expect(["403 private_address", "503 overloaded", "200", "500 internal_error"].map(met)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
