import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import type { BrowserIndex } from "../../core/api/browser-index.ts";
import { answerSchema } from "../../core/api/caption-answer.ts";
import { problemSchema, problems } from "../../core/api/problems.ts";
import type { Bindings } from "../../worker/http/environment.ts";
import app from "../../worker/index.ts";

// A busy machine may take a minute for the first caption, which loads the model.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const photo = image("jpeg");
const site = "https://pictures.example";
const assets = (env as unknown as Bindings).ASSETS;

function image(name: string): Uint8Array<ArrayBuffer> {
  const found = inject("images").find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no image "${name}"`);
  return Uint8Array.from(found.file);
}

/** The photograph, said to be arithmetic-coded, which no decoder here reads. */
function arithmeticCoded(): Uint8Array<ArrayBuffer> {
  const at = photo.findIndex((byte, index) => byte === 0xff && photo[index + 1] === 0xc0);
  return photo.with(at + 1, 0xc9);
}

const redirect = (location: string) =>
  new Response(null, { status: 302, headers: { Location: location } });
const never = new Promise<never>(() => undefined);
const broken = () => new ReadableStream({ pull: (stream) => stream.error(new Error("gone")) });

/** Number of requests for `/held`. */
let held = 0;

/** What is on the internet, by path. */
const internet: Readonly<Record<string, (url: URL) => Response | Promise<Response>>> = {
  "/photo": () => new Response(photo),
  "/404": () => new Response("nothing", { status: 404 }),
  "/empty": () => new Response(""),
  "/text": () => new Response("hello"),
  "/blank": () => new Response(image("png, one pixel")),
  "/arithmetic": () => new Response(arithmeticCoded()),
  "/truncated": () => new Response(photo.subarray(0, photo.length / 2)),
  "/breaks": () => new Response(broken()),
  "/nowhere": () => new Response(null, { status: 302 }),
  "/loop": () => redirect("/loop"),
  "/hops": ({ search }) => redirect(`/hops?${Number(search.slice(1)) + 1}`),
  "/silent": () => never,
  "/held": () => {
    held++;
    return never;
  },
  "/down": () => Promise.reject(new TypeError("no route")),
  "/no-such-name": () => Response.json({ Status: 3 }),
  "/servfail": () => Response.json({ Status: 2 }),
};

beforeAll(() => {
  vi.stubGlobal("fetch", async (href: string) => {
    const url = new URL(href);
    return (internet[url.pathname] ?? internet["/404"])?.(url);
  });
});

afterAll(() => {
  vi.unstubAllGlobals();
});

/** A request, and the variables and bindings of the service that it is sent to. */
interface Scenario {
  readonly path: string;
  readonly init?: RequestInit;
  readonly bindings?: object;
}

/** One place, so that one request more is too many. */
const variables = { MAX_JOBS: "1", MAX_WAITING: "0", FIRST_BYTE_MS: "50", UPLOAD_MS: "50" };

async function ask({ path, init, bindings = {} }: Scenario, to = app): Promise<Response> {
  const context = createExecutionContext();
  const request = new Request(`https://captions.example${path}`, init);
  const given = { ...(env as unknown as Bindings), ...variables };
  // Where the scenario is a trap, it is to be sprung, not copied.
  const all = bindings === trap ? trap : { ...given, ...bindings };
  const response = await to.fetch(request, all as Bindings, context);
  if (response.headers.get("Content-Type") === "application/x-ndjson") return response;
  const body = await response.arrayBuffer();
  await waitOnExecutionContext(context);
  return new Response([204, 304].includes(response.status) ? null : body, response);
}

const trap = new Proxy(
  {},
  {
    get() {
      throw new TypeError("an unforeseen failure");
    },
  },
);

const keys = { API_KEYS: "an-api-key-of-twenty-letters", URL_KEYS: "a-url-key-of-twenty-letters" };
const fullLimiter = { RATE_LIMITER: { limit: async () => ({ success: false }) } };
const noAssets = { ASSETS: { fetch: async () => new Response("gone", { status: 404 }) } };
const resolver = (path: string) => ({ RESOLVER_URL: `https://resolver.example${path}` });

/** The model, as if it did not say where it looked. */
const withoutAttention = {
  ASSETS: {
    async fetch(url: string) {
      const response = await assets.fetch(url);
      if (!url.endsWith("/manifest.json")) return response;
      const manifest = await response.json<{ network: { regions?: unknown } }>();
      return Response.json({ ...manifest, network: { ...manifest.network, regions: undefined } });
    },
  },
};

/** The model, as if it had not been calibrated. */
const uncalibrated = {
  ASSETS: {
    async fetch(url: string) {
      const response = await assets.fetch(url);
      if (!url.endsWith("/manifest.json")) return response;
      return Response.json({ ...(await response.json<object>()), confidence: undefined });
    },
  },
};

/** URLs of images for each problem, by its code. */
const images: Readonly<Record<string, readonly [url: string, bindings?: object]>> = {
  invalid_url: ["nonsense"],
  url_too_long: [`${site}/${"a".repeat(3000)}`],
  unsupported_scheme: ["ftp://pictures.example/"],
  credentials_in_url: ["https://me@pictures.example/"],
  host_not_allowed: [`${site}/photo`, { ALLOWED_HOSTS: "example.com" }],
  private_address: ["http://10.0.0.1/"],
  forbidden_port: [`${site}:25/`],
  own_request: ["https://captions.example/examples/chelsea.jpg"],
  unresolvable: [`${site}/photo?1`, resolver("/no-such-name")],
  resolver_failed: [`${site}/photo?2`, resolver("/servfail")],
  unreachable: [`${site}/down`],
  upstream_status: [`${site}/404`],
  upstream_interrupted: [`${site}/breaks`],
  bad_redirect: [`${site}/nowhere`],
  redirect_loop: [`${site}/loop`],
  too_many_redirects: [`${site}/hops?1`],
  timeout: [`${site}/silent`],
  empty_image: [`${site}/empty`],
  too_many_bytes: [`${site}/photo?3`, { MAX_BYTES: "10" }],
  too_many_pixels: [`${site}/photo?4`, { MAX_PIXELS: "10" }],
  unsupported_format: [`${site}/text`],
  unsupported_image: [`${site}/arithmetic`],
  broken_image: [`${site}/truncated`],
  blank_image: [`${site}/blank`],
};

const json = (body: unknown): RequestInit => ({
  method: "POST",
  body: JSON.stringify(body),
  headers: { "Content-Type": "application/json" },
});
const upload = (body: BodyInit, headers = {}): RequestInit => ({ method: "POST", body, headers });
const form = { "Content-Type": "multipart/form-data; boundary=x" };
const encoded = encodeURIComponent(`${site}/photo`);
const good = `/caption?url=${encoded}`;
const urls = json({ urls: [`${site}/photo`] });

/** What is wrong with all requests alike. */
const everywhere = (path: string, init?: RequestInit): Readonly<Record<string, Scenario>> => ({
  invalid_settings: { path, ...(init ? { init } : {}), bindings: { MAX_BYTES: "lots" } },
  internal_error: { path, ...(init ? { init } : {}), bindings: trap },
});

/** Requests that fail before there is an image, by their problem. */
const asking = (path: string, init: RequestInit): Readonly<Record<string, Scenario>> => ({
  unauthorized: { path, init, bindings: keys },
  own_request: { path, init: { ...init, headers: { "Edge-Caption-Fetch": "1" } } },
  rate_limited: { path, init, bindings: fullLimiter },
  invalid_parameter: { path: `${path}${path.includes("?") ? "&" : "?"}beam=9`, init },
  unknown_style: { path: `${path}${path.includes("?") ? "&" : "?"}style=poem`, init },
  no_calibration: {
    path: `${path}${path.includes("?") ? "&" : "?"}min_confidence=0.5`,
    init,
    bindings: uncalibrated,
  },
  model_unavailable: { path, init, bindings: noAssets },
});

const uploading = (path: string): Readonly<Record<string, Scenario>> => ({
  invalid_json: { path, init: json({ uri: site }) },
  upload_interrupted: { path, init: upload(broken()) },
  upload_timeout: { path, init: upload(new ReadableStream({ pull: () => never })) },
});

/** Every documented failure of every route. */
const failures: Readonly<Record<string, Readonly<Record<string, Scenario>>>> = {
  "GET /caption": {
    ...everywhere(good),
    ...asking(good, {}),
    missing_url: { path: "/caption" },
    signature_invalid: { path: `${good}&signature=x`, bindings: keys },
    signature_expired: { path: "", bindings: keys },
    attention_unavailable: { path: `${good}&attention=true`, bindings: withoutAttention },
    overloaded: { path: `/caption?url=${site}/photo?5` },
    ...ofImages((url) => ({ path: `/caption?url=${encodeURIComponent(url)}` })),
  },
  "POST /caption": {
    ...everywhere("/caption", upload(photo)),
    ...asking("/caption", upload(photo)),
    ...uploading("/caption"),
    ...ofImages((url) => ({ path: "/caption", init: json({ url }) })),
    invalid_form: { path: "/caption", init: upload("--x--", form) },
    empty_body: { path: "/caption", init: upload("") },
    attention_unavailable: {
      path: "/caption?attention=true",
      init: upload(photo),
      bindings: withoutAttention,
    },
    overloaded: { path: "/caption", init: upload(photo) },
  },
  "POST /captions": {
    ...everywhere("/captions", urls),
    ...asking("/captions", urls),
    ...uploading("/captions"),
    too_many_urls: { path: "/captions", init: json({ urls: Array(33).fill(site) }) },
    too_many_bytes: { path: "/captions", init: upload(new Uint8Array(1 << 20)) },
    attention_unavailable: {
      path: "/captions?attention=true",
      init: urls,
      bindings: withoutAttention,
    },
  },
  "GET /model": {
    ...everywhere("/model"),
    model_unavailable: { path: "/model", bindings: noAssets },
  },
  "GET /model/": forBrowsers("/model/"),
  "GET /model/{file}": forBrowsers("/model/encoder.onnx"),
  "GET /browser.js": forBrowsers("/browser.js"),
  "GET /health": everywhere("/health"),
  "GET /problems": everywhere("/problems"),
  "GET /openapi.json": everywhere("/openapi.json"),
};

function ofImages(ask: (url: string) => Scenario): Record<string, Scenario> {
  return Object.fromEntries(
    Object.entries(images).map(([code, [url, bindings = {}]]) => [code, { ...ask(url), bindings }]),
  );
}

function forBrowsers(path: string): Record<string, Scenario> {
  return {
    ...everywhere(path),
    not_found: { path, bindings: { BROWSER: "false" } },
    model_unavailable: { path, bindings: noAssets },
  };
}

interface Documented {
  readonly description: string;
  readonly content?: Readonly<Record<string, unknown>>;
}

type Paths = Readonly<
  Record<string, Readonly<Record<string, { responses: Readonly<Record<string, Documented>> }>>>
>;

const document = await ask({ path: "/openapi.json" });
const { paths } = await document.json<{ paths: Paths }>();

const documented = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).flatMap(([method, { responses }]) =>
    Object.entries(responses).map(([status, response]) => ({
      route: `${method.toUpperCase()} ${path}`,
      status: Number(status),
      codes: [...response.description.matchAll(/`([a-z_]+)`: /g)].map(([, code = ""]) => code),
      types: Object.keys(response.content ?? {}),
    })),
  ),
);

const documentedFailures = documented.flatMap(({ route, status, codes }) =>
  codes.map((code) => [route, status, code] as const),
);

/** Loads the modules again, as a new isolate does. */
async function freshApp(): Promise<typeof app> {
  vi.resetModules();
  return (await import("../../worker/index.ts")).default;
}

/** Takes the only place, until the function that it gives is called. */
async function takePlace(): Promise<() => Promise<unknown>> {
  const before = held;
  const leaving = new AbortController();
  const holding = ask({
    path: `/caption?url=${site}/held`,
    init: { signal: leaving.signal },
    bindings: { FIRST_BYTE_MS: "60000" },
  });
  await expect.poll(() => held).toBe(before + 1);
  return () => {
    leaving.abort();
    return holding;
  };
}

async function signedForThePast(): Promise<string> {
  const { signUrl } = await import("../../worker/access/signed-url.ts");
  const signed = await signUrl(new URL(good, "https://captions.example"), keys.URL_KEYS, 1);
  return signed.pathname + signed.search;
}

test("the documented failures are those that are provoked here", () => {
  const provoked = Object.entries(failures).flatMap(([route, scenarios]) =>
    Object.keys(scenarios).map((code) => `${route} ${code}`),
  );
  expect(documentedFailures.map(([route, , code]) => `${route} ${code}`).sort()).toEqual(
    provoked.sort(),
  );
});

/** Failures of another model than the one that the isolate has loaded. */
const OF_ANOTHER_MODEL = ["model_unavailable", "attention_unavailable", "no_calibration"];

test.each(documentedFailures)("%s answers %i %s", async (route, status, code) => {
  const scenario = failures[route]?.[code];
  if (!scenario) throw new Error("a documented failure without a test");
  const leavePlace = code === "overloaded" ? await takePlace() : undefined;
  const path = code === "signature_expired" ? await signedForThePast() : scenario.path;
  const isFresh = OF_ANOTHER_MODEL.includes(code);
  const response = await ask({ ...scenario, path }, isFresh ? await freshApp() : app);
  await leavePlace?.();
  const problem = problemSchema.parse(await response.json());
  expect([response.status, problem.code, problem.detail.length > 0]).toEqual([status, code, true]);
  expect(problems[problem.code].status).toBe(status);
  expect(response.headers.get("Content-Type")).toBe("application/problem+json");
  if ([429, 503].includes(status)) expect(response.headers.get("Retry-After")).toMatch(/^\d+$/);
});

const { modelFiles } = await (await ask({ path: "/model/" })).json<BrowserIndex>();

/** Every documented success, with its request and the check of its body. */
const successes: Readonly<Record<string, Readonly<Record<string, Scenario>>>> = {
  "GET /caption": {
    "application/json": { path: good },
    "text/plain": { path: `${good}&format=text` },
  },
  "POST /caption": {
    "application/json": { path: "/caption", init: upload(photo) },
    "text/plain": { path: "/caption?format=text", init: upload(photo) },
  },
  "POST /captions": { "application/x-ndjson": { path: "/captions", init: urls } },
  "GET /model": { "application/json": { path: "/model" } },
  "GET /model/": { "application/json": { path: "/model/" } },
  "GET /model/{file}": {
    "application/octet-stream": {
      path: `/model/${modelFiles.find(({ name }) => name === "encoder.onnx")?.path}`,
    },
  },
  "GET /browser.js": { "text/javascript": { path: "/browser.js" } },
  "GET /health": { "application/json": { path: "/health" } },
  "GET /problems": { "application/json": { path: "/problems" } },
  "GET /openapi.json": { "application/json": { path: "/openapi.json" } },
};

const documentedSuccesses = documented
  .filter(({ status }) => status === 200)
  .flatMap(({ route, types }) => types.map((type) => [route, type] as const));

test.each(documentedSuccesses)("%s answers with %s", async (route, type) => {
  const scenario = successes[route]?.[type];
  if (!scenario) throw new Error("a documented answer without a test");
  const response = await ask(scenario);
  expect(response.status).toBe(200);
  expect(response.headers.get("Content-Type")?.split(";")[0]).toBe(type);
  const body = await response.text();
  if (type === "text/plain") expect(body).toMatch(/^[A-Z].*\.\n$/);
  else if (route.endsWith("/caption")) answerSchema.parse(JSON.parse(body));
  else if (type.endsWith("json")) expect(JSON.parse(body)).toBeTypeOf("object");
  else expect(body.length).toBeGreaterThan(50);
});

test("GET /caption answers 304 to a client that has the answer", async () => {
  const others = documented.filter(({ status, codes }) => codes.length === 0 && status !== 200);
  expect(others.map(({ route, status }) => `${route} ${status}`)).toEqual(["GET /caption 304"]);
  const tag = (await ask({ path: good })).headers.get("ETag") ?? "";
  const init = { headers: { "If-None-Match": tag } };
  expect((await ask({ path: good, init })).status).toBe(304);
});
