import { CaptionError, createClient } from "../../client/index.ts";
import { answerSchema } from "../../core/api/caption-answer.ts";
import { manifestSchema } from "../../core/bundle/manifest.ts";

/** The service to test. */
export interface Trial {
  /** Without a slash at the end. */
  readonly url: string;
  /** One of the service's API keys, if it has any. */
  readonly key?: string;
  readonly image: Uint8Array<ArrayBuffer>;
}

/**
 * Tests one promise of the service, and describes the answer.
 *
 * @throws {Error} for a broken promise; its message says which.
 */
export type Step<T = Trial> = (trial: T) => Promise<string>;

/** Enough for a service that must load its model first. */
export const TIMEOUT_MS = 60_000;

/** All steps, in their order. */
export const steps: readonly (readonly [name: string, step: Step])[] = [
  ["health", tryHealth],
  ["model", tryModel],
  ["openapi", tryOpenApi],
  ["caption", tryCaption],
  ["refusal of a text", tryText],
  ["refusal of a private address", tryPrivateAddress],
  ["page", tryPage],
];

async function tryHealth(trial: Trial): Promise<string> {
  const { status, model } = (await getJson(trial, "/health")) as Record<string, unknown>;
  expect(status === "ok", `the status is ${JSON.stringify(status)}`);
  return `the model is ${model}`;
}

async function tryModel(trial: Trial): Promise<string> {
  const { name, version, network } = manifestSchema.parse(await clientOf(trial).model());
  return `${name} ${version}, ${network.kind}`;
}

async function tryOpenApi(trial: Trial): Promise<string> {
  const document = (await getJson(trial, "/openapi.json")) as {
    openapi?: string;
    paths?: Record<string, unknown>;
  };
  expect(document.openapi?.startsWith("3.1") === true, "the answer is not an OpenAPI 3.1 document");
  const paths = Object.keys(document.paths ?? {});
  expect(paths.includes("/caption"), "the document has no /caption");
  return `${paths.length} paths`;
}

async function tryCaption(trial: Trial): Promise<string> {
  const answer = await clientOf(trial).caption(trial.image, options());
  const { caption } = answerSchema.parse(answer);
  expect(caption !== "", "the caption is empty");
  return caption;
}

async function tryText(trial: Trial): Promise<string> {
  const text = new TextEncoder().encode("This is not an image.");
  return refused(clientOf(trial).caption(text, options()), 415, ["unsupported_format"]);
}

async function tryPrivateAddress(trial: Trial): Promise<string> {
  const answer = clientOf(trial).caption("http://127.0.0.1/photo.jpg", options());
  return refused(answer, 403, ["private_address", "host_not_allowed"]);
}

async function tryPage(trial: Trial): Promise<string> {
  const response = await get(trial, "/");
  const type = response.headers.get("Content-Type") ?? "";
  expect(type.startsWith("text/html"), `the page has the type "${type}"`);
  const policy = response.headers.get("Content-Security-Policy") ?? "";
  expect(policy.includes("default-src 'none'"), "the page has no Content-Security-Policy");
  expect((await response.text()).includes("<h1>Edge Caption</h1>"), "it is not the demo page");
  return "the demo page";
}

/** Checks that a request is refused with one of the codes; throws other errors on. */
async function refused(
  answer: Promise<unknown>,
  status: number,
  codes: readonly string[],
): Promise<string> {
  const error = await answer.then(
    () => new Error("the service accepted it"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof CaptionError)) throw error;
  if (error.status === status && codes.includes(error.code)) {
    return `${status} ${error.code}`;
  }
  throw error;
}

function clientOf({ url, key }: Trial) {
  return createClient({ baseUrl: url, ...(key === undefined ? {} : { key }) });
}

const options = () => ({ signal: AbortSignal.timeout(TIMEOUT_MS) });

function get({ url }: Trial, path: string): Promise<Response> {
  return fetchOk(url + path);
}

/**
 * Fetches something that must be there.
 *
 * @throws {Error} if its status is not 2xx.
 */
export async function fetchOk(url: string): Promise<Response> {
  const response = await fetch(url, options());
  expect(response.ok, `the answer has status ${response.status}`);
  return response;
}

async function getJson(trial: Trial, path: string): Promise<unknown> {
  const response = await get(trial, path);
  return response.json().catch(() => {
    throw new Error("the answer is not JSON");
  });
}

/**
 * Checks a condition.
 *
 * @throws {Error} with the fault, unless the condition holds
 */
export function expect(condition: boolean, fault: string): void {
  if (!condition) throw new Error(fault);
}
