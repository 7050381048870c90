import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { examplesFolder } from "../../bench/images.ts";
import { type ExamplesServer, serveExamples } from "../../cli/start/examples.ts";
import { ask, captionOf, type Service, startService } from "../support/service.ts";

// A busy machine may take a minute for the first caption, which loads the model.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const run = promisify(execFile);
const root = join(examplesFolder, "..");

let examples: ExamplesServer;
let service: Service;

beforeAll(async () => {
  examples = await serveExamples(examplesFolder, 0);
  service = await startService({ variables: { PRIVATE_HOSTS: examples.host } });
});

afterAll(async () => {
  await service?.stop();
  examples?.close();
});

test("a photograph gets the same caption by URL, by upload and on the command line", async () => {
  const paths = examples.names.map((name) => join("examples", name));
  const { stdout } = await run(process.execPath, ["cli/caption.ts", ...paths], { cwd: root });
  const inTerminal = stdout
    .trim()
    .split("\n")
    .map((line) => line.split("\t"));
  expect(inTerminal.map(([path]) => path)).toEqual(paths);

  for (const [index, name] of examples.names.entries()) {
    const body = new Uint8Array(await readFile(join(examplesFolder, name)));
    const byBytes = await ask(service, "/caption", { method: "POST", body });
    const byUrl = await captionOf(service, `http://${examples.host}/${name}`);
    expect([byUrl.status, byBytes.status]).toEqual([200, 200]);
    expect(byUrl.body).toEqual(byBytes.body);
    expect(byBytes.body.caption).toBe(inTerminal[index]?.[1]);
  }
});
