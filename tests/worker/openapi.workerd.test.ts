import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { problems } from "../../core/api/problems.ts";
import { demoPaths } from "../../worker/demo/index.ts";
import type { Bindings } from "../../worker/http/environment.ts";
import app from "../../worker/index.ts";

interface Operation {
  readonly summary: string;
  readonly parameters?: readonly { readonly name: string }[];
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

let document: {
  readonly openapi: string;
  readonly servers: readonly unknown[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

beforeAll(async () => {
  const request = new Request("https://captions.example/openapi.json");
  const response = await app.fetch(request, env as unknown as Bindings, createExecutionContext());
  document = await response.json();
});

function operations(): [name: string, operation: Operation][] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );
}

describe("the OpenAPI document", () => {
  test("has every route of the service and no other", () => {
    const served = app.routes
      .filter(({ method, path }) => method !== "ALL" && !demoPaths.includes(path))
      // Hono writes `:file` where OpenAPI writes `{file}`.
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
    expect(new Set(operations().map(([name]) => name))).toEqual(new Set(served));
  });

  test("names the server that it came from", () => {
    expect(document.servers).toEqual([{ url: "https://captions.example" }]);
  });

  test("contains the target of every reference", () => {
    const references = JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g);
    const targets = new Set([...references].map(([, path = ""]) => path));
    expect(targets.size).toBeGreaterThan(1);
    for (const target of targets) {
      const found = target
        .split("/")
        .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
      expect(found, target).toBeDefined();
    }
  });

  test("documents every code under its status", () => {
    const documented = new Map<string, string>();
    for (const [, { responses }] of operations()) {
      for (const [status, { description }] of Object.entries(responses)) {
        for (const [, code = ""] of description.matchAll(/`(\w+)`/g)) documented.set(code, status);
      }
    }
    // The first two belong to no operation, the third reaches no client, and the last occurs only in the
    // lines of a batch.
    const elsewhere = ["not_found", "method_not_allowed", "client_gone", "too_many_subrequests"];
    for (const [code, { status }] of Object.entries(problems)) {
      if (elsewhere.includes(code)) continue;
      expect([code, documented.get(code)]).toEqual([code, String(status)]);
    }
  });

  test("lists all parameters", () => {
    const parameters = document.paths["/caption"]?.get?.parameters?.map(({ name }) => name);
    const options = [
      "beam",
      "alternatives",
      "max_length",
      "max_characters",
      "neutral",
      "style",
      "min_confidence",
      "attention",
      "format",
    ];
    expect(parameters).toEqual([...options, "url", "expires", "signature"]);
  });
});
