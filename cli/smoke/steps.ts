import { CaptionError, createClient } from "../../client/index.ts";
import { answerSchema } from "../../core/api/caption-answer.ts";
import { manifestSchema } from "../../core/bundle/manifest.ts";

/** A service that is tried, and how. */
export interface Trial {
  /** Without a slash at its end. */
  readonly url: string;
  /** One of the service's API keys, where it has any. */
  readonly key?: string;
  readonly picture: Uint8Array<ArrayBuffer>;
}

/** Tries one thing; what was seen, in some words. */
type Step = (trial: Trial) => Promise<string>;

/** However cold the service is. */
const patience = 60_000;

/**
 * What is tried, in this order.
 *
 * Each throws an error that says what was wrong.
 */
export const steps: readonly (readonly [name: string, step: Step])[] = [
  ["health", tryHealth],
  ["model", tryModel],
  ["openapi", tryOpenApi],
  ["caption", tryCaption],
  ["refusal of what is no picture", tryNoPicture],
  ["refusal of a private address", tryPrivateAddress],
  ["page", tryPage],
];

async function tryHealth(trial: Trial): Promise<string> {
  const { status, model } = (await getJson(trial, "/health")) as Record<string, unknown>;
  expect(status === "ok", `its status is ${JSON.stringify(status)}`);
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
  expect(document.openapi?.startsWith("3.1") === true, "it is no OpenAPI 3.1 document");
  const paths = Object.keys(document.paths ?? {});
  expect(paths.includes("/caption"), "it has no /caption");
  return `${paths.length} paths`;
}

async function tryCaption(trial: Trial): Promise<string> {
  const answer = await clientOf(trial).caption(trial.picture, options());
  const { caption } = answerSchema.parse(answer);
  expect(caption !== "", "it is empty");
  return caption;
}

async function tryNoPicture(trial: Trial): Promise<string> {
  const text = new TextEncoder().encode("This is no picture.");
  return refused(clientOf(trial).caption(text, options()), 415, ["unsupported_format"]);
}

async function tryPrivateAddress(trial: Trial): Promise<string> {
  const asked = clientOf(trial).caption("http://127.0.0.1/photo.jpg", options());
  return refused(asked, 403, ["private_address", "host_not_allowed"]);
}

async function tryPage(trial: Trial): Promise<string> {
  const response = await get(trial, "/");
  const type = response.headers.get("Content-Type") ?? "";
  expect(type.startsWith("text/html"), `it is ${type || "of no type"}`);
  const policy = response.headers.get("Content-Security-Policy") ?? "";
  expect(policy.includes("default-src 'none'"), "it has no Content-Security-Policy");
  expect((await response.text()).includes("<h1>Edge Caption</h1>"), "it is another page");
  return "as it should be";
}

/** Passes on whatever else it is answered with. */
async function refused(
  asked: Promise<unknown>,
  status: number,
  codes: readonly string[],
): Promise<string> {
  const error = await asked.then(
    () => new Error("it was answered"),
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

const options = () => ({ signal: AbortSignal.timeout(patience) });

async function get({ url }: Trial, path: string): Promise<Response> {
  const response = await fetch(url + path, options());
  expect(response.ok, `it was answered with status ${response.status}`);
  return response;
}

async function getJson(trial: Trial, path: string): Promise<unknown> {
  const response = await get(trial, path);
  return response.json().catch(() => {
    throw new Error("it is not JSON");
  });
}

function expect(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(otherwise);
}
