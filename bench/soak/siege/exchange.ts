import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { problems } from "../../../core/api/problems.ts";
import { noAnswer } from "../no-answer.ts";

/** Longer than any answer may take, with the slowest upload, the queue, a download and a busy machine. */
export const HANG_MS = 90_000;

/** Sends a request with `fetch`, and returns the outcome. */
export async function ask(url: string, init: RequestInit = {}): Promise<string> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(HANG_MS) });
    return outcomeOf(response.status, response.headers, await response.text());
  } catch (error) {
    if (error instanceof Error && error.name === "TimeoutError") return "hangs";
    return noAnswer(error);
  }
}

/** Bytes to write to a connection, or milliseconds of silence. */
export type Part = string | Uint8Array | number;

/**
 * Writes parts to a connection as they are, and returns the outcome of the answer, "closed" without an
 * answer, or "hangs".
 *
 * @param closes - whether to close this side afterwards.
 */
export async function tell(port: number, parts: Iterable<Part>, closes = false): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  const ended = Promise.withResolvers<string>();
  let received = "";
  socket.setEncoding("latin1");
  socket.on("data", (text: string) => {
    received += text;
    const outcome = parseAnswer(received);
    if (outcome !== undefined) ended.resolve(outcome);
  });
  // The service may answer and reset the connection while this side still writes.
  const close = () => ended.resolve(parseAnswer(received, true) ?? "closed");
  socket.on("error", close);
  socket.on("close", close);
  const timer = setTimeout(() => ended.resolve("hangs"), HANG_MS);
  void write(socket, parts, ended.promise).then(() => (closes ? socket.end() : undefined));
  const outcome = await ended.promise;
  clearTimeout(timer);
  socket.destroy();
  return outcome;
}

async function write(
  socket: ReturnType<typeof connect>,
  parts: Iterable<Part>,
  ended: Promise<unknown>,
): Promise<void> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  for (const part of parts) {
    if (over || socket.destroyed) return;
    if (typeof part === "number") await Promise.race([pause(part), ended]);
    else if (!socket.write(part)) {
      await Promise.race([new Promise((resolve) => socket.once("drain", resolve)), ended]);
    }
  }
}

function parseAnswer(text: string, whole = false): string | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [line = "", ...fields] = text.slice(0, end).split("\r\n");
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(line)?.[1] ?? Number.NaN);
  if (Number.isNaN(status)) return `improper: ${line.slice(0, 60)}`;
  if (status === 100) return parseAnswer(text.slice(end + 4), whole);
  const headers = new Headers(fields.map((field) => splitField(field)));
  const body = text.slice(end + 4);
  const length = Number(headers.get("Content-Length") ?? Number.NaN);
  if (headers.get("Transfer-Encoding") === "chunked") {
    if (!whole && !body.endsWith("0\r\n\r\n")) return undefined;
    return outcomeOf(status, headers, unchunked(body));
  }
  if (!whole && body.length < length) return undefined;
  return outcomeOf(status, headers, Number.isNaN(length) ? body : body.slice(0, length));
}

function splitField(field: string): [string, string] {
  const colon = field.indexOf(":");
  return [field.slice(0, colon), field.slice(colon + 1).trim()];
}

function unchunked(body: string): string {
  let text = "";
  for (let at = 0; at < body.length; ) {
    const lineEnd = body.indexOf("\r\n", at);
    const length = Number.parseInt(body.slice(at, lineEnd), 16);
    if (!(length > 0)) break;
    text += body.slice(lineEnd + 2, lineEnd + 2 + length);
    at = lineEnd + 4 + length;
  }
  return text;
}

/**
 * Returns the status, with the problem code if there is one. An answer that the service does not promise
 * is "improper".
 */
export function outcomeOf(status: number, headers: Headers, body: string): string {
  const type = headers.get("Content-Type") ?? "";
  if (status < 400) return String(status);
  if (!type.startsWith("application/problem+json")) {
    const sender = senderBeforeWorker(status, type, headers);
    return sender ? `${status} ${sender}` : `improper: ${status} ${type} ${body.slice(0, 100)}`;
  }
  // HEAD is answered without a body.
  if (body === "") return `${status} without a body`;
  return problemOutcome(status, headers, body);
}

/** Returns what answered instead of the Worker, whose own answers have an id. */
function senderBeforeWorker(status: number, type: string, headers: Headers) {
  if (headers.has("X-Request-Id")) return undefined;
  // The runtime refuses invalid HTTP and too long headers.
  const byRuntime = [400, 431, 501].includes(status) && type === "text/plain";
  return byRuntime ? "runtime" : "wrangler";
}

function problemOutcome(status: number, headers: Headers, body: string): string {
  const document = parse(body);
  const { code } = document;
  const known = typeof code === "string" && Object.hasOwn(problems, code);
  const isRight =
    known &&
    problems[code as keyof typeof problems].status === status &&
    document.status === status &&
    document.requestId === headers.get("X-Request-Id") &&
    typeof document.detail === "string";
  return isRight ? `${status} ${code}` : `improper: ${status} ${body.slice(0, 200)}`;
}

function parse(body: string): Record<string, unknown> {
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    return {};
  }
}
