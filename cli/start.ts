/**
 * `npm start`: serves the Worker on this machine with `wrangler dev`, and the examples beside it.
 */

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { manifestFileName } from "../core/bundle/manifest.ts";
import { UserError } from "../core/errors.ts";
import { createCommand, runCommand } from "../node/cli/command.ts";
import { releasedModel } from "../node/released-model.ts";
import { readArguments } from "./start/arguments.ts";
import { serveExamples } from "./start/examples.ts";
import { greeting } from "./start/greeting.ts";
import { checkPort } from "./start/port.ts";
import { runWranglerDev } from "./start/wrangler-dev.ts";

const root = dirname(import.meta.dirname);

/** Prints the help or the versions, if they were asked for, and exits. */
function answerHelp(given: readonly string[]): void {
  createCommand("npm start --", "Serves the captioner and its demo page on this machine.")
    .option("--port <number>", "port to serve on (default: 8787)")
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText(
      "after",
      "\nOther arguments are passed on to wrangler: see npm run wrangler -- dev --help.",
    )
    .parse(given, { from: "user" });
}

await runCommand(async () => {
  const given = process.argv.slice(2);
  answerHelp(given);
  const { port, privateHosts, others } = readArguments(given);
  if (!existsSync(join(releasedModel, manifestFileName))) {
    throw new UserError(
      "missing_model",
      "The folder model/ holds no model: run `npm run train`, then `npm run convert`.",
    );
  }
  await checkPort(port, "npm start");
  const examples = await serveExamples(join(root, "examples"), port);
  try {
    process.stderr.write("Starting the service ...\n");
    // The service refuses private addresses, except those of these hosts.
    const hosts = [...privateHosts, examples.host].join(",");
    const args = [`--port=${port}`, ...others, `--var=PRIVATE_HOSTS:${hosts}`];
    process.exitCode = await runWranglerDev(args, {
      onReady: () => process.stdout.write(greeting(port, examples)),
    });
  } finally {
    examples.close();
  }
});
