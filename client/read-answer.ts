import type { ProblemDocument } from "../core/api/problems.ts";
import { CaptionError } from "./error.ts";

/**
 * Reads a response of JSON, which is trusted to have the type that the service promises.
 *
 * @throws {CaptionError} `unexpected_answer` if it is not JSON; whatever reading fails with
 */
export async function readJson<T>(response: Response): Promise<T> {
  return parse(await response.text(), response);
}

/**
 * Reads a response of NDJSON, and yields each value when its line is complete. The download is
 * cancelled when the caller stops early.
 *
 * @throws {CaptionError} as {@link readJson}
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
    // Rejects if the stream has already failed.
    await reader.cancel().catch(() => undefined);
  }
}

/** Makes an error of a response whose status is not 200. */
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
