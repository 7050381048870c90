/**
 * `npm start`: serves the Worker on this machine, and its examples beside it.
 *
 * Arguments are passed on to `wrangler dev`.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { manifestFileName } from "../core/bundle/manifest.ts";
import { UserError } from "../core/errors.ts";
import { runCommand } from "../node/cli/command.ts";
import { readArguments, type StartArguments } from "./start/arguments.ts";
import { type ExamplesServer, serveExamples } from "./start/examples.ts";
import { greeting } from "./start/greeting.ts";
import { checkPort, waitUntilServed } from "./start/port.ts";

const root = dirname(import.meta.dirname);

/** Runs `wrangler dev` until it ends or is ended. */
async function serve(given: StartArguments, examples: ExamplesServer): Promise<void> {
  const wrangler = spawn(
    process.execPath,
    [wranglerPath(), ...wranglerArguments(given, examples)],
    {
      cwd: root,
      env: { ...process.env, ...quietly },
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  const ending = new AbortController();
  // Ctrl-C reaches wrangler by itself, as it is of the same group; others' signals do not.
  process.on("SIGINT", () => ending.abort());
  process.on("SIGTERM", () => {
    ending.abort();
    wrangler.kill("SIGTERM");
  });
  const exit = once(wrangler, "exit");
  const greet = async () => {
    const served = await waitUntilServed(given.port, ending.signal);
    if (served) process.stdout.write(greeting(given.port, examples));
  };
  await Promise.race([exit, greet().then(() => exit)]);
  if (!ending.signal.aborted) process.exitCode = wrangler.exitCode ?? 1;
  ending.abort();
}

/** Without a network wrangler would wait for answers about updates, usage and the visitor's place. */
const quietly = {
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_SEND_METRICS: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
};

function wranglerPath(): string {
  return join(
    dirname(createRequire(import.meta.url).resolve("wrangler/package.json")),
    "bin/wrangler.js",
  );
}

function wranglerArguments(given: StartArguments, examples: ExamplesServer): string[] {
  const privateHosts = [...given.privateHosts, examples.host].join(",");
  return [
    "dev",
    `--port=${given.port}`,
    "--show-interactive-dev-session=false",
    ...given.others,
    `--var=PRIVATE_HOSTS:${privateHosts}`,
  ];
}

await runCommand(async () => {
  const given = readArguments(process.argv.slice(2));
  if (!existsSync(join(root, "model", manifestFileName))) {
    throw new UserError(
      "missing_model",
      "There is no model/: run `npm run train`, then `npm run convert`.",
    );
  }
  await checkPort(given.port);
  const examples = await serveExamples(join(root, "examples"), given.port);
  try {
    await serve(given, examples);
  } finally {
    examples.close();
  }
});
