/**
 * `npm run deploy`: puts the Worker on Cloudflare's network, after checks that are cheaper here.
 *
 * Arguments are passed on to `wrangler deploy`: with `--dry-run` nothing is sent, and no account is
 * needed.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { unstable_readConfig as readConfig } from "wrangler";
import { runCommand } from "../node/command.ts";
import { checkBundle } from "./deploy/bundle.ts";
import { checkVariables, leftOpen } from "./deploy/variables.ts";

const root = dirname(import.meta.dirname);

async function deploy(given: readonly string[]): Promise<void> {
  const { name, version } = await checkBundle(join(root, "model"));
  process.stdout.write(`The bundle of ${name} ${version} is whole.\n`);
  const { vars } = readConfig({ config: join(root, "wrangler.toml") });
  const settings = checkVariables(vars);
  process.stdout.write("The variables are valid.\n\nLeft open:\n");
  for (const line of leftOpen(settings)) process.stdout.write(`- ${line}\n`);
  process.stdout.write("\n");

  const wrangler = createRequire(import.meta.url).resolve("wrangler/package.json");
  const path = join(dirname(wrangler), "bin/wrangler.js");
  const child = spawn(process.execPath, [path, "deploy", ...given], {
    cwd: root,
    stdio: "inherit",
  });
  const [code] = await once(child, "exit");
  process.exitCode = code ?? 1;
}

await runCommand(() => deploy(process.argv.slice(2)));
