import { validate } from "@readme/openapi-parser";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Service, startService } from "../support/service.ts";
import { sharedFolder } from "../support/temporary-folder.ts";
import { writeToyBundle } from "../support/toy-bundle.ts";

// A busy machine may take a minute to start.
vi.setConfig({ hookTimeout: 180_000 });

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Node = { readonly [key: string]: Json };

const folder = sharedFolder();
let service: Service;
let document: Node;

beforeAll(async () => {
  await writeToyBundle(folder);
  service = await startService({ bundle: folder });
  document = (await (await fetch(`${service.url}/openapi.json`)).json()) as Node;
});

afterAll(() => service?.stop());

const isNode = (value: Json | undefined): value is Node =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Every object of the document, with its place. */
function* nodes(value: Json, place = "#"): Generator<[place: string, node: Node]> {
  if (isNode(value)) yield [place, value];
  if (typeof value !== "object" || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    yield* nodes(child, `${place}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`);
  }
}

/** What a parameter, a header, a body or a schema gives as its examples, and the schema's place. */
function* examples(): Generator<[place: string, schema: string, example: Json]> {
  for (const [place, node] of nodes(document)) {
    // What stands within an example only looks like one.
    if (/\/examples?(\/|$)/.test(place)) continue;
    const schema = isNode(node.schema) ? `${place}/schema` : place;
    if ("example" in node) yield [place, schema, node.example ?? null];
    if (!isNode(node.examples)) continue;
    for (const [name, example] of Object.entries(node.examples)) {
      if (isNode(example)) yield [`${place}/${name}`, schema, example.value ?? null];
    }
  }
}

describe("the OpenAPI document", () => {
  test("is valid, without a warning", async () => {
    const result = await validate(structuredClone(document) as never);
    expect(result).toEqual({ valid: true, warnings: [], specification: "OpenAPI" });
  });

  test("is found invalid by this check if a path is wrong", async () => {
    const wrong = { ...structuredClone(document), paths: { "/caption": { get: {}, put: 1 } } };
    expect(await validate(wrong as never)).toMatchObject({ valid: false });
  });

  test("has only examples that match their schemas", () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    ajv.addSchema(document, "openapi.json");
    const all = [...examples()];
    const faults = all.flatMap(([place, schema, example]) => {
      const valid = ajv.validate({ $ref: `openapi.json${encodeURI(schema)}` }, example);
      return valid ? [] : [`${place}: ${ajv.errorsText()}`];
    });
    expect(faults).toEqual([]);
    expect(all.length).toBeGreaterThan(60);
  });

  test("has an example of every answer and every body except bytes", () => {
    const without = [...nodes(document)].flatMap(([place, { content }]) => {
      if (!isNode(content)) return [];
      return Object.entries(content).flatMap(([type, media]) => {
        if (!isNode(media) || !isNode(media.schema)) return [];
        const isBytes = JSON.stringify(media.schema).includes("contentMediaType");
        return "example" in media || "examples" in media || isBytes ? [] : [`${place}: ${type}`];
      });
    });
    expect(without).toEqual([]);
  });

  test("documents the key, and the signed URL of GET /caption", () => {
    expect(document.components).toMatchObject({
      securitySchemes: {
        key: { type: "http", scheme: "bearer" },
        signature: { type: "apiKey", in: "query", name: "signature" },
      },
    });
    expect(document.paths).toMatchObject({
      "/caption": {
        get: { security: [{}, { key: [] }, { signature: [] }] },
        post: { security: [{}, { key: [] }] },
      },
      "/captions": { post: { security: [{}, { key: [] }] } },
    });
  });
});
