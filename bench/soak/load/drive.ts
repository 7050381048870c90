import { setTimeout } from "node:timers/promises";
import { noAnswer } from "../no-answer.ts";
import type { LoadRequest } from "./mix.ts";

/** How a request ended. */
export interface LoadResult {
  readonly request: LoadRequest;
  /** Status and problem code of each try; the last is the final outcome. */
  readonly tries: readonly string[];
  readonly caption?: string;
  /** Time until the final outcome, retries included. */
  readonly milliseconds: number;
}

const MAX_TRIES = 8;

/**
 * Sends requests over several connections, and repeats each while it is answered with 503.
 *
 * @param onResult - called with each result as it comes.
 */
export async function driveLoad(
  url: string,
  requests: readonly LoadRequest[],
  connections: number,
  onResult: (result: LoadResult) => void,
): Promise<void> {
  const queue = requests.values();
  const connection = async () => {
    for (const request of queue) onResult(await send(url, request));
  };
  await Promise.all(Array.from({ length: connections }, connection));
}

async function send(url: string, request: LoadRequest): Promise<LoadResult> {
  const started = performance.now();
  const tries: string[] = [];
  let caption: string | undefined;
  while (tries.length < MAX_TRIES) {
    const { outcome, retryAfter, ...answer } = await tryOnce(url, request);
    tries.push(outcome);
    caption = answer.caption;
    if (!outcome.startsWith("503")) break;
    await setTimeout(retryAfter * 1000);
  }
  const milliseconds = performance.now() - started;
  return { request, tries, milliseconds, ...(caption === undefined ? {} : { caption }) };
}

async function tryOnce(url: string, { path, init }: LoadRequest) {
  try {
    const response = await fetch(url + path, init);
    const body = (await response.json()) as { code?: string; caption?: string };
    return {
      outcome:
        body.code === undefined ? String(response.status) : `${response.status} ${body.code}`,
      retryAfter: Number(response.headers.get("Retry-After") ?? Number.NaN),
      caption: body.caption,
    };
  } catch (error) {
    return { outcome: noAnswer(error), retryAfter: Number.NaN, caption: undefined };
  }
}
