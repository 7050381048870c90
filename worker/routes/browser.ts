import { createRoute, type RouteConfig, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { browserIndexSchema } from "../../core/api/browser-index.ts";
import type { Environment } from "../http/environment.ts";
import { JAVASCRIPT } from "../http/page-files.ts";
import { Problem } from "../http/problem.ts";
import { createRouter } from "../http/router.ts";
import { openBrowserFiles } from "../isolate/index.ts";
import type { BrowserFiles } from "../model/browser-files.ts";
import type { Settings } from "../settings/index.ts";
import { browserIndexExample, browserScriptExample } from "./describe/examples.ts";
import { problemResponses } from "./describe/problem-responses.ts";

const failures = problemResponses(["not_found", "model_unavailable"]);

const index = createRoute({
  method: "get",
  path: "/model/",
  operationId: "browserIndex",
  summary: "What a browser needs to caption images itself",
  description: "Needs no key. The files are named relative to this URL.",
  responses: {
    200: {
      description: "The names, sizes and hashes of all files.",
      content: { "application/json": { schema: browserIndexSchema, example: browserIndexExample } },
    },
    ...failures,
  },
});

/** Without the literal types: OpenAPIHono would not accept a stream for a type that is not JSON. */
const fileResponses: RouteConfig["responses"] = {
  200: {
    description: "The file. Its name contains its hash, so it never changes.",
    content: {
      "application/octet-stream": {
        schema: z.string().meta({ contentMediaType: "application/octet-stream" }),
      },
    },
  },
  ...failures,
};

const file = createRoute({
  method: "get",
  path: "/model/{file}",
  operationId: "browserFile",
  summary: "A file that the index names",
  description: "Needs no key.",
  request: {
    params: z.object({ file: z.string().meta({ example: "encoder.9f86d081884c7d65.onnx" }) }),
  },
  responses: fileResponses,
});

const script = createRoute({
  method: "get",
  path: "/browser.js",
  operationId: "browserScript",
  summary: "The captioner for pages, as a module",
  description: "Needs no key. It exports what the package's `edge-caption/browser` does.",
  responses: {
    200: {
      description: "A module that exports those of the present version.",
      content: {
        "text/javascript": {
          schema: z.string(),
          example: browserScriptExample,
        },
      },
    },
    ...failures,
  },
});

/** Files with hashes in their names. A year is the longest that HTTP caches understand. */
const IMMUTABLE = "public, max-age=31536000, immutable";

/**
 * Everyone may read these files, so pages of every site may, whatever `CORS_ORIGINS` says. Problems too:
 * a page could not tell a file that is gone from a missing network.
 */
const EVERY_ORIGIN = { "Access-Control-Allow-Origin": "*" };

const TYPES: Readonly<Record<string, string>> = {
  js: JAVASCRIPT,
  json: "application/json",
  wasm: "application/wasm",
};

/**
 * The thread compiles WebAssembly and may do nothing else: with this policy it cannot send an image
 * anywhere. The page itself needs no `wasm-unsafe-eval`.
 */
const THREAD_HEADERS = {
  "Content-Security-Policy": "default-src 'none'; script-src 'wasm-unsafe-eval'",
  // Without it, pages that are isolated from other origins could not start the thread.
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** The routes from which a browser gets the model, and the code that captions with it. */
export const browserRoutes = createRouter()
  .openapi(index, async (c) => {
    const { assets: _, ...listed } = await openFiles(c);
    const { MAX_BYTES, MAX_PIXELS, MAX_DECODE_BYTES, NEUTRAL } = c.var.settings;
    const limits = { bytes: MAX_BYTES, pixels: MAX_PIXELS, memory: MAX_DECODE_BYTES };
    const answer = { schema: 1 as const, ...listed, limits, neutral: NEUTRAL };
    return c.json(answer, 200, { ...EVERY_ORIGIN, "Cache-Control": "no-cache" });
  })
  .openapi(file, async (c) => {
    const { assets, files } = await openFiles(c);
    const name = c.req.param("file");
    const asset = assets.get(name);
    if (asset === undefined) {
      throw notFound(`There is no ${c.req.path} here: read the index at /model/.`);
    }
    const { status, body } = await c.env.ASSETS.fetch(`https://assets.invalid/${asset}`);
    if (status !== 200) throw new Error(`the asset ${asset} was answered with ${status}`);
    const isThread = files.some(({ role, path }) => role === "thread" && path === name);
    const headers = {
      ...EVERY_ORIGIN,
      ...(isThread ? THREAD_HEADERS : {}),
      "Content-Type": TYPES[name.split(".").at(-1) ?? ""] ?? "application/octet-stream",
      "Cache-Control": IMMUTABLE,
    };
    return new Response(body, { headers });
  })
  .openapi(script, async (c) => {
    const { files } = await openFiles(c);
    const path = files.find(({ role }) => role === "captioner")?.path ?? "";
    return c.body(`export * from "./model/${path}";\n`, 200, {
      ...EVERY_ORIGIN,
      "Content-Type": JAVASCRIPT,
      "Cache-Control": "no-cache",
    });
  });

/**
 * Lists the files, if the service's owner lets everyone download them.
 *
 * @throws {Problem} `not_found`, `model_unavailable`
 */
async function openFiles(c: Context<Environment>): Promise<BrowserFiles> {
  if (!isPublic(c.var.settings)) {
    throw notFound("This service does not let its model be downloaded.");
  }
  return openBrowserFiles(c.env, (promise) => c.executionCtx.waitUntil(promise));
}

function notFound(detail: string): Problem {
  return new Problem("not_found", detail, { headers: EVERY_ORIGIN });
}

/** A service with keys may have a model that is not for everyone: its owner decides that. */
function isPublic({ BROWSER, API_KEYS, URL_KEYS }: Settings): boolean {
  if (BROWSER !== "auto") return BROWSER === "true";
  return API_KEYS.length + URL_KEYS.length === 0;
}
