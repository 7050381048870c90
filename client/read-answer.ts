import type { ProblemDocument } from "../core/api/problems.ts";
import { CaptionError } from "./error.ts";

/**
 * The JSON that a response consists of, which is trusted to be what the service promises.
 *
 * @throws CaptionError `unexpected_answer` where it is not JSON; whatever reading fails with
 */
export async function readJson<T>(response: Response): Promise<T> {
  return parse(await response.text(), response);
}

/**
 * The values in a response of NDJSON, each as soon as its line is whole. Whoever stops reading
 * early gives up the rest of the download.
 *
 * @throws as {@link readJson}
 */
export async function* readLines<T>(response: Response): AsyncGenerator<T, void, undefined> {
  if (!response.body) return;
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (let done = false; !done; ) {
      const read = await reader.read();
      done = read.done;
      const lines = (rest + decoder.decode(read.value, { stream: !done })).split("\n");
      rest = done ? "" : (lines.pop() ?? "");
      for (const line of lines) if (line !== "") yield parse(line, response);
    }
  } finally {
    // A stream that has ended or failed has nothing left to cancel.
    await reader.cancel().catch(() => undefined);
  }
}

/** What an answer that is not 200 says. */
export async function readError(response: Response): Promise<CaptionError> {
  const type = response.headers.get("Content-Type") ?? "";
  if (type.startsWith("application/problem+json")) {
    const problem = await readJson<ProblemDocument>(response);
    return new CaptionError(problem.detail, response, { problem });
  }
  await response.body?.cancel();
  const message = `${response.url} answered with status ${response.status} and no problem document.`;
  return new CaptionError(message, response);
}

function parse<T>(text: string, response: Response): T {
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new CaptionError(`${response.url} answered with something that is not JSON.`, response, {
      cause,
    });
  }
}
