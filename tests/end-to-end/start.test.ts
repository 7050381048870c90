import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { freePort } from "../../node/free-port.ts";

const root = join(import.meta.dirname, "../..");

interface Run {
  readonly process: ChildProcess;
  output(): string;
}

/** Runs `npm start -- ...` as the leader of a new process group, as a terminal does. */
function start(...args: string[]): Run {
  const child = spawn(process.execPath, ["cli/start.ts", ...args], { cwd: root, detached: true });
  let text = "";
  child.stdout?.on("data", (data) => (text += data));
  child.stderr?.on("data", (data) => (text += data));
  return { process: child, output: () => text };
}

let port: number;
let run: Run;

beforeAll(async () => {
  port = await freePort();
  run = start("--port", String(port), "--var", "PRIVATE_HOSTS:127.0.0.1:9", "MAX_URL_LENGTH:100");
  await vi.waitFor(() => expect(run.output()).toContain("Ctrl-C stops it."), 60_000);
}, 90_000);

afterAll(() => {
  if (run.process.exitCode === null && run.process.pid) process.kill(-run.process.pid, "SIGKILL");
});

test("the greeting begins with the demo page, and nothing else is printed", () => {
  const lines = run.output().split("\n").filter(Boolean);
  expect(lines[0]).toBe("Starting the service ...");
  expect(lines[1]).toBe(`Edge Caption is ready. Demo page: http://localhost:${port}`);
  expect(lines.at(-1)).toBe("Ctrl-C stops it.");
  expect(lines).toHaveLength(6);
});

describe("the lines to copy", () => {
  const curl = (form: RegExp) => form.exec(run.output())?.slice(1) ?? [];

  test("answer with a caption, by bytes and by URL", async () => {
    const [file = "", upload = ""] = curl(/curl --data-binary @(\S+) (\S+)/);
    const body = new Uint8Array(await readFile(join(root, file)));
    const byBytes = await fetch(upload, { method: "POST", body });
    expect(await byBytes.json()).toMatchObject({ caption: expect.any(String) });

    const [byUrl = ""] = curl(/curl '(\S+)'/);
    expect(await (await fetch(byUrl)).json()).toMatchObject({ caption: expect.any(String) });
  });
});

test("the service passes npm run smoke", async () => {
  const smoke = spawn(process.execPath, ["cli/smoke.ts", `http://localhost:${port}`], {
    cwd: root,
  });
  let text = "";
  smoke.stdout.on("data", (data) => (text += data));
  const [code] = await once(smoke, "close");
  expect([code, text.match(/^ok {4}/gm)?.length]).toEqual([0, 7]);
  expect(text).not.toContain("FAIL");
});

test("arguments reach the Worker, and PRIVATE_HOSTS is extended", async () => {
  const codeOf = async (url: string) => {
    const answer = await fetch(`http://localhost:${port}/caption?url=${url}`);
    return ((await answer.json()) as { code?: string }).code;
  };
  expect(await codeOf("http://127.0.0.1:9/cat.jpg")).toBe("unreachable");
  expect(await codeOf("http://127.0.0.1:10/cat.jpg")).toBe("private_address");
  expect(await codeOf(`https://pictures.example/${"a".repeat(100)}`)).toBe("url_too_long");
});

test("a port in use is one line of error", async () => {
  const second = start("--port", String(port));
  await once(second.process, "exit");
  expect(second.process.exitCode).toBe(1);
  expect(second.output()).toMatch(/^error: Port \d+ is in use: [^\n]*\n$/);
});

test("Ctrl-C ends all processes", async () => {
  const ended = once(run.process, "exit");
  process.kill(-(run.process.pid ?? 0), "SIGINT");
  await ended;
  expect(run.process.exitCode).toBe(0);
  const alive = () => fetch(`http://localhost:${port}/health`).then(Boolean, () => false);
  await expect.poll(alive, { timeout: 10_000 }).toBe(false);
  // A process group without members cannot be signalled.
  await expect.poll(() => isGroupAlive(run.process.pid ?? 0), { timeout: 10_000 }).toBe(false);
});

function isGroupAlive(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}
