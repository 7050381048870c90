import { setTimeout } from "node:timers/promises";
import { noAnswer } from "../no-answer.ts";
import type { LoadRequest } from "./mix.ts";

/** How a request ended. */
export interface LoadResult {
  readonly request: LoadRequest;
  /** Status and code of each try, the last being what it ended with. */
  readonly tries: readonly string[];
  /** The sentence, if there was one. */
  readonly caption?: string;
  readonly milliseconds: number;
}

/** A client that is told to come again does so, but not for ever. */
const mostTries = 8;

/**
 * Sends requests over so many connections at a time, each again when it is told so.
 *
 * @param done - told of each result
 */
export async function driveLoad(
  url: string,
  requests: readonly LoadRequest[],
  connections: number,
  done: (result: LoadResult) => void,
): Promise<void> {
  const queue = requests.values();
  const connection = async () => {
    for (const request of queue) done(await send(url, request));
  };
  await Promise.all(Array.from({ length: connections }, connection));
}

async function send(url: string, request: LoadRequest): Promise<LoadResult> {
  const started = performance.now();
  const tries: string[] = [];
  let caption: string | undefined;
  while (tries.length < mostTries) {
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
