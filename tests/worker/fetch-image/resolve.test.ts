import { afterEach, describe, expect, test, vi } from "vitest";
import { PRIVATE_HOSTS } from "../../../bench/soak/hosts.ts";
import { checkResolved } from "../../../worker/fetch-image/resolve.ts";
import { Deadline } from "../../../worker/http/deadline.ts";

const settings = { RESOLVER_URL: "https://resolver.example/dns-query", RESOLVER_MS: 100 };

type Answers = Readonly<Record<string, unknown>>;

/** Answers as a resolver would; for a type of record that is not given, that there is none. */
function resolveTo(answers: Answers): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (href: string) => {
    asked.push(href);
    const answer = answers[new URL(href).searchParams.get("type") ?? ""];
    return answer instanceof Response ? answer : Response.json(answer ?? { Status: 0 });
  });
  return asked;
}

async function check(hostname: string): Promise<unknown> {
  const whole = new Deadline(10_000, new Error("late"));
  try {
    await checkResolved(hostname, settings, whole);
    return "fetched";
  } catch (error) {
    return (error as { code?: string }).code ?? error;
  } finally {
    whole.clear();
  }
}

const a = (...data: string[]) => ({ Status: 0, Answer: data.map((ip) => ({ type: 1, data: ip })) });
const aaaa = (...data: string[]) => ({
  Status: 0,
  Answer: data.map((ip) => ({ type: 28, data: ip })),
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("a name may be fetched from", () => {
  test.each<[string, Answers]>([
    ["has one public address", { A: a("93.184.215.14") }],
    ["has several of both kinds", { A: a("1.1.1.1", "1.0.0.1"), AAAA: aaaa("2606:4700::1111") }],
    ["has one in IPv6 only", { AAAA: aaaa("2606:4700:4700::1111") }],
    [
      "is an alias of another name",
      {
        A: {
          Status: 0,
          Answer: [
            { name: "a.example", type: 5, TTL: 60, data: "CDN.example.net." },
            { name: "cdn.example.net", type: 1, TTL: 60, data: "93.184.215.14" },
          ],
        },
      },
    ],
    [
      "comes with a signature",
      {
        A: {
          Status: 0,
          Answer: [
            { type: 1, data: "93.184.215.14" },
            { type: 46, data: "A 13 2 300 ..." },
          ],
        },
      },
    ],
  ])("that %s", async (_, answers) => {
    const asked = resolveTo(answers);
    expect(await check("a.example")).toBe("fetched");
    expect(asked.map((href) => new URL(href).search).sort()).toEqual([
      "?name=a.example&type=A",
      "?name=a.example&type=AAAA",
    ]);
  });
});

describe("a name is refused unless all of its addresses are public", () => {
  const addresses = Object.values(PRIVATE_HOSTS)
    .flat()
    .flatMap((host) => /^\[(.+)\]$/.exec(host)?.[1] ?? (/^\d+(\.\d+){3}$/.test(host) ? host : []));

  test.each(addresses)("%s", async (address) => {
    const answers = address.includes(":")
      ? { A: a("93.184.215.14"), AAAA: aaaa("2606:4700::1111", address) }
      : { A: a("93.184.215.14", address), AAAA: aaaa("2606:4700::1111") };
    resolveTo(answers);
    expect(await check("a.example")).toBe("private_address");
  });

  test.each(["127.1", "0x7f000001", "2130706433", "", "nonsense", "::1"])(
    "an address written as %j",
    async (address) => {
      resolveTo({ A: a(address) });
      expect(await check("a.example")).toBe("private_address");
    },
  );

  test.each(["localhost.", "metadata.google.internal", "printer"])(
    "an alias of %s",
    async (data) => {
      resolveTo({ A: { Status: 0, Answer: [{ type: 5, data }, ...a("93.184.215.14").Answer] } });
      expect(await check("a.example")).toBe("private_address");
    },
  );
});

describe("a name without address records", () => {
  test.each<[string, Answers]>([
    ["no such name", { A: { Status: 3 }, AAAA: { Status: 3 } }],
    ["a name without addresses", {}],
    ["an alias that leads nowhere", { A: { Status: 0, Answer: [{ type: 5, data: "x.example" }] } }],
  ])("%s", async (_, answers) => {
    resolveTo(answers);
    expect(await check("a.example")).toBe("unresolvable");
  });
});

describe("without a clear answer of the resolver nothing is fetched", () => {
  test.each<[string, Answers]>([
    ["SERVFAIL", { A: a("93.184.215.14"), AAAA: { Status: 2 } }],
    ["REFUSED", { A: { Status: 5 }, AAAA: { Status: 5 } }],
    ["a status", { A: new Response("busy", { status: 429 }), AAAA: aaaa("2606:4700::1111") }],
    ["a redirect", { A: new Response(null, { status: 302 }), AAAA: aaaa("2606:4700::1111") }],
    ["no JSON", { A: new Response("<html>"), AAAA: aaaa("2606:4700::1111") }],
    ["JSON of another kind", { A: { answers: [] }, AAAA: aaaa("2606:4700::1111") }],
    ["too much", { A: a(...Array.from({ length: 9000 }, () => "1.1.1.1")) }],
  ])("%s", async (_, answers) => {
    resolveTo(answers);
    expect(await check("a.example")).toBe("resolver_failed");
  });

  test("silence", async () => {
    vi.stubGlobal("fetch", () => new Promise(() => undefined));
    expect(await check("a.example")).toBe("resolver_failed");
  });

  test("no network", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
    expect(await check("a.example")).toBe("resolver_failed");
  });
});

test("an address is not looked up", async () => {
  const asked = resolveTo({});
  for (const address of ["93.184.215.14", "[2606:4700::1111]"]) {
    expect(await check(address)).toBe("fetched");
  }
  expect(asked).toEqual([]);
});
