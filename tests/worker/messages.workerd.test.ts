import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { ProblemDocument } from "../../core/api/problems.ts";
import type { Bindings } from "../../worker/http/environment.ts";
import app from "../../worker/index.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

async function problemOf(
  path: string,
  init: RequestInit = {},
  variables: object = {},
): Promise<ProblemDocument & { readonly challenge: string | null }> {
  const bindings = { ...(env as unknown as Bindings), CACHE_SECONDS: "0", ...variables };
  const request = new Request(`https://captions.example${path}`, init);
  const response = await app.fetch(request, bindings, createExecutionContext());
  const challenge = response.headers.get("WWW-Authenticate");
  return { ...(await response.json<ProblemDocument>()), challenge };
}

const captionOf = (imageUrl: string) => `/caption?url=${encodeURIComponent(imageUrl)}`;

describe("a redirect that is refused is blamed on the server, not on the requested URL", () => {
  test.each([
    ["http://user:pass@example.com/", "credentials_in_url", "user name or a password"],
    ["file:///etc/passwd", "unsupported_scheme", "file:"],
    ["http://10.0.0.1/", "private_address", "10.0.0.1"],
    ["http://example.com:25/", "forbidden_port", "port 25"],
    [`http://example.com/${"a".repeat(3000)}`, "url_too_long", "2048 characters"],
    ["https://captions.example/", "own_request", "this service"],
  ])("to %s", async (location, code, reason) => {
    vi.stubGlobal("fetch", async () => {
      return new Response(null, { status: 302, headers: { Location: location } });
    });
    const problem = await problemOf(captionOf("https://images.example/cat.jpg"));
    expect(problem.code).toBe(code);
    expect(problem.detail).toMatch(/^images\.example redirects to /);
    expect(problem.detail).toContain(reason);
    expect(problem.detail).not.toContain("pass@");
  });
});

test("a missing key, a wrong key and a malformed header get different messages", async () => {
  const variables = { API_KEYS: "an-api-key-of-twenty-letters" };
  const refused = (authorization?: string) => {
    const headers = new Headers(
      authorization === undefined ? [] : [["Authorization", authorization]],
    );
    return problemOf("/caption", { headers }, variables);
  };
  const [none, wrong, malformed] = [
    await refused(),
    await refused("Bearer a-wrong-key"),
    await refused("Basic abc"),
  ];
  for (const { code } of [none, wrong, malformed]) expect(code).toBe("unauthorized");
  expect(none.detail).toContain("needs an API key");
  expect(wrong.detail).toBe("The API key is not valid.");
  expect(malformed.detail).toContain("Authorization header");
  expect(none.challenge).toBe('Bearer realm="captions"');
  expect(wrong.challenge).toContain('error="invalid_token"');
});

test.each(["deflate", "zstd", "gzip, br"])(
  "an answer in the encoding %s is named as such",
  async (encoding) => {
    vi.stubGlobal("fetch", async () => {
      return new Response("x", { headers: { "Content-Encoding": encoding } });
    });
    const problem = await problemOf(captionOf("https://images.example/cat.jpg"));
    expect(problem.code).toBe("unsupported_format");
    expect(problem.detail).toContain(`with ${encoding};`);
  },
);

describe("a parameter that is not valid", () => {
  test.each([
    ["beam=two", '"beam" is not valid: it must be a number'],
    ["beam=1.5", '"beam" is not valid: it must be a whole number'],
    ["beam=9", '"beam" is not valid: it must be at most 5'],
    ["beam=0", '"beam" is not valid: it must be at least 1'],
    ["attention=yes", '"attention" is not valid: it must be true or false'],
    ["beam=1&beam=2", '"beam" is not valid: it is given more than once'],
    ["beams=3", 'There is no parameter "beams"'],
  ])("?%s", async (query, message) => {
    const { detail } = await problemOf(`/caption?${query}`);
    expect(detail).toContain(message);
    expect(detail).not.toContain("encode");
  });

  test("may be a piece of an image URL that is not encoded, which the message says", async () => {
    const unencoded = await problemOf("/caption?url=http://h.example/img?w=1&h=2");
    expect(unencoded.code).toBe("invalid_parameter");
    expect(unencoded.detail).toMatch(/no parameter "h".*percent-encode/);
  });
});

describe("a body that is not valid JSON", () => {
  test.each([
    ["{", "The body is not JSON."],
    ["[]", "The body is not valid: it must be an object."],
    ['{"url":1}', '"url" in the body is not valid: it must be a string.'],
    ['{"url":"x","beam":2}', 'The body is not valid: there is no "beam" here.'],
  ])("%s", async (body, message) => {
    const headers = { "Content-Type": "application/json" };
    const problem = await problemOf("/caption", { method: "POST", body, headers });
    expect(problem).toMatchObject({ code: "invalid_json", detail: message });
  });
});
