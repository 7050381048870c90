import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Repository } from "./repository.ts";

test("a command gets its arguments unchanged, and its exit status is the launcher's", async () => {
  const repository = new Repository();
  const first = await repository.run(["start", "--port", "1", "a b", "$HOME", ""]);
  expect(JSON.parse(first.stdout).args).toEqual(["--port", "1", "a b", "$HOME", ""]);
  expect(first.status).toBe(0);
  expect((await repository.run(["start", "exit", "3"])).status).toBe(3);
});

test("missing packages are installed once, with progress, and without install scripts", async () => {
  const repository = new Repository();
  expect((await repository.run(["start"])).stderr).toMatch(
    /^Installing 1 package, once.*\n {2}1 of 1 packages, \d+ s\n$/,
  );
  expect((await repository.run(["start"])).stderr).toBe("");
  expect(repository.installations).toBe(1);
  expect(repository.read("npm-calls")).toMatch(/^ci --ignore-scripts /);
});

test("a changed lock file is installed again", async () => {
  const repository = new Repository();
  await repository.run(["start"]);
  repository.lock({ "node_modules/one": { version: "1.0.1" } });
  await repository.run(["start"]);
  await repository.run(["start"]);
  expect(repository.installations).toBe(2);
});

test("packages of a plain `npm install` are not installed again", async () => {
  const repository = new Repository();
  repository.write("node_modules/.package-lock.json", repository.read("package-lock.json"));
  const { status, stderr } = await repository.run(["start"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(repository.installations).toBe(0);
});

test("a failed installation adds one line to npm's output, and is repeated by the next start", async () => {
  const repository = new Repository();
  repository.write("npm-fails", "");
  const { status, stdout, stderr } = await repository.run(["start"]);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr.trimEnd().split("\n").at(-1)).toBe("error: `npm ci` failed with exit status 7.");
  await repository.run(["start"]);
  expect(repository.installations).toBe(2);
});

test("without npm, one line says how to start", async () => {
  const repository = new Repository();
  const { status, stderr } = await repository.run(["start"], { environment: { npm_execpath: "" } });
  expect(status).toBe(1);
  expect(stderr).toBe(
    "error: npm was not found. Start with `npm start`, `npm test` or `npm run`.\n",
  );
});

test("an unknown command is refused with a list of the commands", async () => {
  const { status, stderr } = await new Repository().run(["strat"]);
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^error: unknown command "strat"; the commands are start, .*caption, .*\n$/,
  );
});

test("a signal reaches the command, and its exit status comes back", async () => {
  const repository = new Repository();
  const launcher = repository.start(["start", "wait"]);
  await once(launcher.stdout, "data");
  launcher.kill("SIGTERM");
  expect(await once(launcher, "close")).toEqual([42, null]);
});

test("a command that was killed for lack of memory ends with an explanation", async () => {
  const { status, stderr } = await new Repository().run(["train", "die"]);
  expect(status).toBe(137);
  expect(stderr.trimEnd().split("\n").at(-1)).toBe(
    "error: the command ended with SIGKILL: most likely it ran out of memory",
  );
});

test("a command ends with the process that started the launcher", async () => {
  const repository = new Repository();
  // Like npm's shell: starts the launcher, and ends by a signal without forwarding it.
  repository.write(
    "shell.mjs",
    `import { spawn } from "node:child_process";
     spawn(process.execPath, [${JSON.stringify(join(repository.folder, "toolchain/run.js"))}, "start", "wait"], { stdio: "inherit" });`,
  );
  const shell = repository.start([], { launcher: "shell.mjs" });
  await once(shell.stdout, "data");
  shell.kill("SIGKILL");
  // Its output closes when the last process that writes to it has ended.
  await once(shell, "close");
  expect(shell.signalCode).toBe("SIGKILL");
}, 10_000);
