import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, test, vi } from "vitest";
import { startService } from "../support/service.ts";

// A busy machine may take a minute for the first caption, which loads the model.
vi.setConfig({ testTimeout: 120_000 });

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `npm run smoke -- ...`. */
function smoke(args: readonly string[], variables: Record<string, string> = {}): Promise<Ran> {
  const options = { cwd: root, env: { ...process.env, ...variables } };
  return run(process.execPath, ["cli/smoke.ts", ...args], options).then(
    (ran) => ({ code: 0, ...ran }),
    (failed: Ran) => failed,
  );
}

const marks = ({ stdout }: Ran) => stdout.split("\n").map((line) => line.slice(0, 4));

/** The lines for a working service. */
const wanted = [
  /^ok {4}health: the model is /,
  /^ok {4}model: [a-z-]+ \d+\.\d+\.\d+, (attention|lstm) /,
  /^ok {4}openapi: \d+ paths /,
  /^ok {4}caption: [A-Z].*\. \(\d+ ms\)$/,
  /^ok {4}refusal of a text: 415 unsupported_format /,
  /^ok {4}refusal of a private address: 403 private_address /,
  /^ok {4}page: the demo page /,
];

test("a service with keys is tested with CAPTION_KEY, which the output names if it is missing", async () => {
  const API_KEYS = "a-key-of-twenty-letters";
  const service = await startService({ variables: { API_KEYS } });
  try {
    const ran = await smoke([`${service.url}/`], { CAPTION_KEY: API_KEYS });
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    const lines = ran.stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(wanted.length);
    for (const [index, line] of lines.entries()) expect(line).toMatch(wanted[index] ?? /never/);

    const stranger = await smoke([service.url]);
    expect(stranger.code).toBe(1);
    expect(marks(stranger)).toEqual(["ok  ", "ok  ", "ok  ", "FAIL", "FAIL", "FAIL", "ok  ", ""]);
    expect(stranger.stdout).toMatch(/caption: .* 401 unauthorized: .* Set CAPTION_KEY/);
  } finally {
    await service.stop();
  }
});

describe("a broken service", () => {
  let server: Server | undefined;

  afterEach(() => server?.close());

  /** Starts a server with the same answer to all requests. */
  async function broken(status: number, type: string, body: string): Promise<string> {
    server = createServer((request, response) => {
      request.resume();
      request.on("end", () => response.writeHead(status, { "Content-Type": type }).end(body));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  test.each([
    ["that answers everything with a page", 200, "text/html", "<h1>Welcome</h1>"],
    ["that answers with other JSON", 200, "application/json", '{"status":"fine"}'],
    ["that answers with errors", 500, "text/plain", "Oops"],
  ])("%s fails all steps", async (_, status, type, body) => {
    const ran = await smoke([await broken(status, type, body)]);
    expect(ran.code).toBe(1);
    expect(marks(ran)).toEqual([...wanted.map(() => "FAIL"), ""]);
    expect(ran.stderr).toBe("");
  });

  test("that cannot be reached is reported", async () => {
    const ran = await smoke(["http://127.0.0.1:9"]);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(/^FAIL {2}health: the service cannot be reached: .*\n/);
  });
});

test.each([[[]], [["captions.example"]], [["ftp://captions.example"]]])(
  "%j is not the URL of a service",
  async (args) => {
    const { code, stderr } = await smoke(args);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: .* \[invalid_url\]\n$/)]);
  },
);
