/**
 * `npm run site`: serves a site through the Worker that fills in alternative texts, with the captioner
 * behind it, all on this machine.
 */

import { dirname, resolve } from "node:path";
import { z } from "zod";
import { UserError } from "../core/errors.ts";
import { createCommand, runCommand } from "../node/cli/command.ts";
import { addOptions, parseOptions } from "../node/cli/option-flags.ts";
import { environmentFor } from "./site/environment.ts";
import { siteGreeting } from "./site/greeting.ts";
import { applyMigrations } from "./site/migrations.ts";
import { serveSampleSite } from "./site/sample-site.ts";
import { LOCAL_STATE, reviewKey } from "./site/state.ts";
import { startSweeping } from "./site/sweep.ts";
import { checkPort } from "./start/port.ts";
import { runWranglerDev } from "./start/wrangler-dev.ts";

const root = dirname(import.meta.dirname);

/** The sample site's default shows both: captions that are filled in, and captions that wait for review. */
const SAMPLE_MIN_CONFIDENCE = "0.3";

const optionsSchema = z.object({
  port: z.coerce
    .number()
    .int()
    .min(1)
    .max(65_535)
    .default(8787)
    .describe("port to serve the site on"),
  origin: z
    .string()
    .optional()
    .describe("a site to serve instead of the sample site, such as https://example.com"),
  minConfidence: z
    .string()
    .optional()
    .describe(
      `the least confidence of a caption that is filled in (default: ${SAMPLE_MIN_CONFIDENCE} for the sample site, otherwise the model's own threshold)`,
    ),
  state: z.string().default(LOCAL_STATE).describe("folder of the local database, store and key"),
});

function readOptions() {
  const command = createCommand(
    "npm run site --",
    "Serves a site with its missing alternative texts filled in, on this machine.",
  );
  addOptions(command, optionsSchema);
  const options = parseOptions(optionsSchema, command.parse().opts());
  const origin = options.origin === undefined ? undefined : URL.parse(options.origin);
  if (origin === undefined) return { ...options, origin };
  if (origin && /^https?:$/.test(origin.protocol)) return { ...options, origin: origin.origin };
  throw new UserError("invalid_option", `--origin ${options.origin}: not an http or https URL.`);
}

await runCommand(async () => {
  const { port, origin, minConfidence, state: folder } = readOptions();
  await checkPort(port, "npm run site");
  const state = resolve(root, folder);
  const url = `http://localhost:${port}`;
  const key = await reviewKey(state);
  const sample = origin === undefined ? await serveSampleSite(url, port) : undefined;
  let sweeping: { stop(): void } | undefined;
  try {
    process.stderr.write("Starting the site ...\n");
    const environment = environmentFor({
      port,
      key,
      origin: origin ?? sample?.origin ?? "",
      minConfidence: minConfidence ?? (sample ? SAMPLE_MIN_CONFIDENCE : ""),
    });
    const configurations = ["-c", "site/wrangler.toml", "-c", "wrangler.toml"];
    const args = [...configurations, `--port=${port}`, `--persist-to=${state}`];
    const stop = new AbortController();
    const served = Promise.withResolvers<void>();
    const ended = runWranglerDev(args, {
      onReady: served.resolve,
      environment,
      signal: stop.signal,
    });
    try {
      await Promise.race([Promise.all([applyMigrations(state), served.promise]), ended]);
      sweeping = startSweeping(url, key);
      process.stdout.write(siteGreeting(url, key));
    } catch (error) {
      stop.abort();
      throw error;
    } finally {
      process.exitCode = await ended;
    }
  } finally {
    sweeping?.stop();
    sample?.close();
  }
});
