import { CaptionError, createSiteClient, DEFAULT_PREFIX } from "../../client/index.ts";
import { siteStatusSchema } from "../../core/api/site.ts";
import { expect, fetchOk, type Step, TIMEOUT_MS } from "./steps.ts";

/** The site to test. */
export interface SiteTrial {
  /** Without a slash at the end. */
  readonly url: string;
  /** One of the Worker's REVIEW_KEYS. */
  readonly key: string;
}

/** All steps, in their order. */
export const siteSteps: readonly (readonly [name: string, step: Step<SiteTrial>])[] = [
  ["health", tryHealth],
  ["the site's own page", tryPage],
  ["review page", tryReviewPage],
  ["refusal without a key", tryWithoutKey],
  ["status", tryStatus],
  ["captioner", tryCaptioner],
  ["a page's images", tryLooking],
];

const clientOf = ({ url, key }: SiteTrial) => createSiteClient({ siteUrl: url, key });

async function tryHealth({ url }: SiteTrial): Promise<string> {
  const answer = (await (await fetchOk(`${url}${DEFAULT_PREFIX}health`)).json()) as {
    status?: string;
  };
  expect(answer.status === "ok", "the Worker is not in front of the site");
  return "the Worker answers";
}

async function tryPage({ url }: SiteTrial): Promise<string> {
  const response = await fetchOk(`${url}/`);
  const html = await response.text();
  const filled = html.match(/data-alt-source="edge-caption"/g)?.length ?? 0;
  return `status ${response.status}, ${filled} images filled in`;
}

async function tryReviewPage({ url }: SiteTrial): Promise<string> {
  const response = await fetchOk(`${url}${DEFAULT_PREFIX}review`);
  const policy = response.headers.get("Content-Security-Policy") ?? "";
  expect(policy.includes("default-src 'none'"), "the page has no Content-Security-Policy");
  expect((await response.text()).includes("<h1>Review"), "it is not the review page");
  return "the review page";
}

async function tryWithoutKey({ url }: SiteTrial): Promise<string> {
  const options = { signal: AbortSignal.timeout(TIMEOUT_MS) };
  const { status } = await fetch(`${url}${DEFAULT_PREFIX}api/status`, options);
  expect(status === 401, `the API answers everyone with status ${status}`);
  return "401";
}

async function tryStatus(trial: SiteTrial): Promise<string> {
  const { states } = siteStatusSchema.parse(await clientOf(trial).status());
  const total = Object.values(states).reduce((sum, images) => sum + images, 0);
  return `${total} images, ${states.failed} of them failed`;
}

async function tryCaptioner(trial: SiteTrial): Promise<string> {
  const { minConfidence } = await clientOf(trial).confidence();
  return `the least confidence is ${minConfidence ?? "not set: the model is not calibrated"}`;
}

async function tryLooking(trial: SiteTrial): Promise<string> {
  const client = clientOf(trial);
  const { status, images, missing } = await client.lookAtPage(`${trial.url}/`, { dryRun: true });
  expect(status < 400, `the site's own page has status ${status}`);
  const other = await client.lookAtPage("https://other.invalid/", { dryRun: true }).then(
    () => "accepted",
    (error: unknown) => (error instanceof CaptionError ? error.code : String(error)),
  );
  expect(other === "host_not_allowed", `a page of another host is ${other}`);
  return `${images} images, ${missing.length} without alternative text`;
}
