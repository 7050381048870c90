import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../../../node/free-port.ts";
import { descendantsOf, residentMebibytes } from "../../measure/process.ts";
import type { Audit, PublishedSlice } from "./audit.ts";

const root = join(import.meta.dirname, "../../..");
const workers = join(import.meta.dirname, "workers");

/** Retries come within seconds, and an interrupted image is queued again soon. */
const VARIABLES = {
  ...{ HOST_INTERVAL_MS: 0, OWN_HOSTS: "images.example, 127.0.0.1", RETRY_SECONDS: 1 },
  LEASE_SECONDS: 10,
};

/** What the site's Worker runs with. */
export interface LocalSiteOptions {
  /** The folder of D1, KV and all else that outlives a process. The queue does not. */
  readonly state: string;
  /** `host:port` of the images for the real captioner; undefined for one that answers at once. */
  readonly imageHost: string | undefined;
}

/** wrangler gets no more of the environment than it needs, as all of it goes on to the Workers. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false" };
}

const WRANGLER = "node_modules/wrangler/bin/wrangler.js";

/** Makes the tables in a new folder of state. */
export async function createTables(state: string): Promise<void> {
  const command = ["d1", "migrations", "apply", "DB", "--local"];
  const args = [WRANGLER, ...command, "-c", "site/wrangler.toml", `--persist-to=${state}`];
  const child = spawn(process.execPath, args, {
    ...{ cwd: root, stdio: "ignore", env: { ...environment(), CI: "true" } },
  });
  const [status] = await once(child, "exit");
  if (status !== 0) throw new Error("wrangler d1 migrations apply failed");
}

/** A group of processes of its own would outlive this process. */
function endWithThisProcess(child: ChildProcess): void {
  const kill = () => child.pid !== undefined && process.kill(-child.pid, "SIGKILL");
  const end = () => process.exit(1);
  process.once("exit", kill).once("SIGINT", end).once("SIGTERM", end);
  child.once("exit", () => process.off("exit", kill).off("SIGINT", end).off("SIGTERM", end));
}

/** Runs both Workers in one `wrangler dev`. */
export class LocalSite {
  readonly #process: ChildProcess;
  readonly #url: string;

  private constructor(process: ChildProcess, url: string) {
    this.#process = process;
    this.#url = url;
  }

  /** Starts both Workers, and waits until the site's answers. */
  static async start({ state, imageHost }: LocalSiteOptions): Promise<LocalSite> {
    const port = await freePort();
    const captioner = imageHost === undefined ? join(workers, "captioner.toml") : "wrangler.toml";
    // The real captioner is unsure about some of the photographs that it gets here.
    const MIN_CONFIDENCE = imageHost === undefined ? "0.5" : "0.1";
    const variables = Object.entries({ ...VARIABLES, MIN_CONFIDENCE }).map(
      ([name, value]) => `--var=${name}:${value}`,
    );
    const args = [
      ...[WRANGLER, "dev", join(workers, "site.ts")],
      ...["-c", "site/wrangler.toml", "-c", captioner, `--port=${port}`, "--ip=127.0.0.1"],
      ...[`--persist-to=${state}`, "--show-interactive-dev-session=false", ...variables],
    ];
    const child = spawn(process.execPath, args, {
      cwd: root,
      // A group of its own, so that all its processes can be killed at the same moment.
      detached: true,
      stdio: "ignore",
      env: {
        ...environment(),
        // --var reaches the first Worker alone; wrangler's environment reaches both.
        ...{ CLOUDFLARE_INCLUDE_PROCESS_ENV: "true", PRIVATE_HOSTS: imageHost ?? "" },
      },
    });
    endWithThisProcess(child);
    const site = new LocalSite(child, `http://127.0.0.1:${port}`);
    await site.#untilReady();
    return site;
  }

  async #untilReady(): Promise<void> {
    for (;;) {
      if (this.#process.exitCode !== null) throw new Error("wrangler dev ended before it served");
      try {
        await this.audit();
        return;
      } catch {
        await pause(200);
      }
    }
  }

  /** Adds images, and returns how many of them are new. */
  add(images: readonly { key: string; url: string }[]): Promise<number> {
    return this.#ask("add", JSON.stringify(images));
  }

  /** Does what a local start does: all messages are lost. */
  resume(): Promise<number> {
    return this.#ask("resume", "");
  }

  /** Does what the Cron Trigger does. */
  sweep(): Promise<number> {
    return this.#ask("sweep", "");
  }

  audit(): Promise<Audit> {
    return this.#ask("audit");
  }

  /** Counts the images whose text in KV is not that of D1. */
  async differentTexts(): Promise<number> {
    let different = 0;
    for (let after: string | undefined = ""; after !== undefined; ) {
      const slice: PublishedSlice = await this.#ask(`published?after=${after}`);
      different += slice.different;
      after = slice.last;
    }
    return different;
  }

  /** Returns the resident memory of workerd, in MiB. */
  memory(): number {
    return descendantsOf(this.#process.pid ?? 0)
      .filter(({ name }) => name === "workerd")
      .reduce((sum, { pid }) => sum + residentMebibytes(pid), 0);
  }

  /** Kills all its processes, without a chance to finish anything. */
  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.pid === undefined) return;
    const ended = once(this.#process, "exit");
    process.kill(-this.#process.pid, "SIGKILL");
    await ended;
  }

  async #ask<T>(path: string, body?: string): Promise<T> {
    const init = body === undefined ? {} : { method: "POST", body };
    const response = await fetch(`${this.#url}/soak/${path}`, init);
    if (!response.ok) throw new Error(`/soak/${path} answered with status ${response.status}`);
    return (await response.json()) as T;
  }
}
