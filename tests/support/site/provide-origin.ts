import { once } from "node:events";
import { createReadStream, existsSync, globSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import type { TestProject } from "vitest/node";
import type { OriginAnswer, OriginRequest } from "./provided-origin.ts";

const fixtures = join(import.meta.dirname, "../../site/fixtures");

const CODERS = { gzip: gzipSync, br: brotliCompressSync, zstd: zstdCompressSync } as const;

/** The answer for a path, and the requests that it got. */
interface Entry {
  readonly answer: OriginAnswer;
  readonly requests: OriginRequest[];
}

/**
 * Starts the server that the site's pages come from. A test puts an answer for a path (`PUT`, as
 * JSON), and reads the requests for it (`REPORT`). Other paths are those of generated pages.
 */
export default async function setup(project: TestProject): Promise<() => void> {
  const entries = new Map<string, Entry>();
  const server = createServer((request, response) => {
    respond(entries, request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  project.provide("origin", `http://127.0.0.1:${port}`);
  project.provide("generatedPages", globSync("**/*.html", { cwd: fixtures }).toSorted());
  return () => {
    server.closeAllConnections();
    server.close();
  };
}

async function respond(
  entries: Map<string, Entry>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = "", headers } = request;
  const path = new URL(request.url ?? "/", "http://origin").pathname;
  if (method === "PUT") {
    entries.set(path, { answer: (await json(request)) as OriginAnswer, requests: [] });
    response.end();
    return;
  }
  const entry = entries.get(path);
  if (method === "REPORT") {
    response.end(JSON.stringify(entry?.requests ?? []));
    return;
  }
  if (!entry) return serveFixture(path, response);
  entry.requests.push({ method, headers });
  await send(entry.answer, method, response);
}

function serveFixture(path: string, response: ServerResponse): void {
  const file = join(fixtures, path);
  if (!existsSync(file)) {
    response.writeHead(404).end("not found");
    return;
  }
  response.setHeader("Content-Type", "text/html; charset=utf-8");
  createReadStream(file).pipe(response);
}

async function send(answer: OriginAnswer, method: string, response: ServerResponse): Promise<void> {
  const { status = 200, coding, cutAfter, pauseMs, body = "", filler } = answer;
  const given = Buffer.from(typeof body === "string" ? body : Uint8Array.from(body));
  const plain = filler
    ? Buffer.concat([given, Buffer.from(filler.text.repeat(filler.times))])
    : given;
  const bytes = coding ? CODERS[coding](plain) : plain;
  const hasBody = method !== "HEAD" && status !== 304;
  const headers = answer.headers ?? [];
  for (const [name, value] of headers) response.appendHeader(name, value);
  if (coding) response.setHeader("Content-Encoding", coding);
  if (pauseMs === undefined && status !== 304) response.setHeader("Content-Length", bytes.length);
  response.writeHead(status);
  if (!hasBody) {
    response.end();
    return;
  }
  if (cutAfter !== undefined) {
    response.write(bytes.subarray(0, cutAfter));
    await setTimeout(100);
    response.destroy();
    return;
  }
  if (pauseMs !== undefined) {
    response.write(bytes.subarray(0, bytes.length >> 1));
    await setTimeout(pauseMs);
    response.end(bytes.subarray(bytes.length >> 1));
    return;
  }
  response.end(bytes);
}
