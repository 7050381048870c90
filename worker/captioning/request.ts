import type { Context } from "hono";
import {
  type AnswerOptions,
  type RequestedOptions,
  resolveOptions,
} from "../../core/answer/options.ts";
import { type CachePolicy, cachePolicy } from "../cache/policy.ts";
import type { Subrequests } from "../fetch-image/subrequests.ts";
import { parseTarget, type Target } from "../fetch-image/target.ts";
import type { Environment } from "../http/environment.ts";
import type { RequestRecord } from "../http/log.ts";
import { type Model, openModel, type SlotRequest } from "../isolate/index.ts";
import type { Settings } from "../settings/index.ts";

/** The facts about a request for a caption, known before the model is needed. */
interface RequestContext {
  readonly settings: Settings;
  /** What the log will say about the image. */
  readonly record: RequestRecord;
  /** The URL that the request was sent to. */
  readonly ownUrl: URL;
}

/** A request for a caption. A batch has one for each image. */
export interface CaptionRequest extends RequestContext, SlotRequest {
  readonly caching: CachePolicy;
  readonly model: Model;
  readonly options: AnswerOptions;
  /** The outgoing requests that are left for redirects, if they are limited. */
  readonly redirects?: Subrequests;
}

/** Reads the context of a request. */
export function contextOf(c: Context<Environment>): RequestContext {
  return { settings: c.var.settings, record: c.var.record, ownUrl: new URL(c.req.url) };
}

/**
 * Checks the URL of an image, and writes its host into the log.
 *
 * @throws {Problem} as {@link parseTarget}
 */
export function readTarget(url: string | undefined, request: RequestContext): Target {
  const { settings, ownUrl, record } = request;
  const target = parseTarget(url, { ...settings, ownUrl });
  record.imageHost = target.url.host;
  if (settings.LOG_URLS === "true") record.imageUrl = target.url.href;
  return target;
}

/**
 * Makes a request for a caption of a request to the service.
 *
 * @throws {Problem} `model_unavailable`, `attention_unavailable`
 */
export async function openRequest(
  c: Context<Environment>,
  requested: RequestedOptions,
): Promise<CaptionRequest> {
  const context = contextOf(c);
  const keepAlive = (promise: Promise<unknown>) => c.executionCtx.waitUntil(promise);
  const model = await openModel(c.env, keepAlive);
  context.record.model = `${model.manifest.name} ${model.manifest.version}`;
  return {
    ...context,
    keepAlive,
    model,
    options: resolveOptions(requested, model.manifest),
    signal: c.req.raw.signal,
    caching: cachePolicy(c),
  };
}
