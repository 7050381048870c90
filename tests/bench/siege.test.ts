import { createServer } from "node:http";
import { type AddressInfo, createServer as listen } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PRIVATE_HOSTS } from "../../bench/soak/hosts.ts";
import { oddTargets, privateAddresses } from "../../bench/soak/siege/attacks/addresses.ts";
import { ask, tell } from "../../bench/soak/siege/exchange.ts";
import { isRight } from "../../bench/soak/siege/run.ts";

/** A problem document of the service, with changes. */
function problem(status: number, code: string, changed: object = {}) {
  return JSON.stringify({ status, code, detail: "why", requestId: "1", ...changed });
}

const answers: Record<string, readonly [status: number, type: string, body: string]> = {
  "/caption": [200, "application/json", "{}"],
  "/refused": [415, "application/problem+json", problem(415, "unsupported_format")],
  "/other-status": [500, "application/problem+json", problem(415, "unsupported_format")],
  "/unknown": [415, "application/problem+json", problem(415, "no_such_code")],
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

describe("the outcome of an answer", () => {
  test("is its status, and the code of a problem", async () => {
    expect(await ask(`${url}/caption`)).toBe("200");
    expect(await ask(`${url}/refused`)).toBe("415 unsupported_format");
  });

  test.each(["/other-status", "/unknown", "/other-request", "/page"])(
    "is improper if the service does not promise such an answer: %s",
    async (path) => {
      expect(await ask(url + path)).toMatch(/^improper: /);
    },
  );

  test("is the same for a request written to the connection byte by byte", async () => {
    const { port } = server.address() as AddressInfo;
    const request = (path: string) => [`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`];
    expect(await tell(port, request("/refused"))).toBe("415 unsupported_format");
    expect(await tell(port, request("/page"))).toMatch(/^improper: /);
  });

  test('is "closed" without an answer', async () => {
    expect(await tell((silent.address() as AddressInfo).port, ["GET / HTTP/1.1\r\n\r\n"])).toBe(
      "closed",
    );
  });
});

test("every private address is attacked in every way", () => {
  const tried = Array.from({ length: 1000 }, (_, n) => privateAddresses(n).what.split("?")[0]);
  const hosts = Object.values(PRIVATE_HOSTS).flat();
  expect(new Set(tried).size).toBe(hosts.length * ["get", "post", "redirect"].length * 2);
});

test("the right outcomes of a URL depend on the way in which it was sent", () => {
  const outcomes = Array.from({ length: 4 }, (_, n) => {
    const attack = oddTargets(n);
    const outcome = "502 unreachable";
    return [attack.what.split(" ")[0], isRight({ attack, outcome, milliseconds: 1 })];
  });
  // "unreachable" may mean that the service tried to connect to a private address.
  expect(Object.fromEntries(outcomes)).toEqual({
    get: false,
    post: false,
    redirect: true,
    batch: false,
  });
});

test("an attack is answered rightly by its own refusal, or by 503 overloaded", () => {
  const attack = privateAddresses(7);
  const answeredRightly = (outcome: string) => isRight({ attack, outcome, milliseconds: 1 });
  expect(
    ["403 private_address", "503 overloaded", "200", "500 internal_error"].map(answeredRightly),
  ).toEqual([true, true, false, false]);
});
