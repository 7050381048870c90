import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { pipeline } from "node:stream";
import { unstable_startWorker as startWorker } from "wrangler";

/** The Worker, served over real HTTP on a loopback port. */
export interface Service {
  readonly url: string;
  /** The lines of its log, one object per request. */
  readonly log: Record<string, unknown>[];
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly variables?: Readonly<Record<string, string>>;
  /** The folder of the bundle that it serves, instead of the released one. */
  readonly bundle?: string;
  /** The entry of a Worker that wraps the service's own. */
  readonly entry?: string;
  /** Images that one client may ask for within a minute. */
  readonly rateLimit?: number;
  /** Answers for the whole internet, whatever the host's name: a port on the loopback address. */
  readonly internet?: number;
}

const root = join(import.meta.dirname, "../..");

/** Starts the Worker as `wrangler dev` would, from wrangler.toml. */
export async function startService(options: ServiceOptions = {}): Promise<Service> {
  // wrangler would ask Cloudflare for a sample of `request.cf`.
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
  process.env.WRANGLER_SEND_METRICS = "false";
  const log: Record<string, unknown>[] = [];
  const variables = Object.entries(options.variables ?? {});
  const worker = await startWorker({
    config: join(root, "wrangler.toml"),
    ...(options.entry === undefined ? {} : { entrypoint: options.entry }),
    ...(options.bundle === undefined ? {} : { assets: options.bundle }),
    bindings: {
      ...Object.fromEntries(
        variables.map(([name, value]) => [name, { type: "plain_text", value }] as const),
      ),
      ...rateLimiter(options.rateLimit),
    },
    dev: {
      server: { hostname: "127.0.0.1", port: 0 },
      inspector: false,
      watch: false,
      persist: false,
      logLevel: "none",
      structuredLogsHandler: ({ message }: { message: string }) => {
        if (message.startsWith("{")) log.push(JSON.parse(message) as Record<string, unknown>);
      },
      outboundService: options.internet === undefined ? undefined : tunnelTo(options.internet),
    },
  });
  await worker.ready;
  const url = (await worker.url).origin;
  return { url, log, stop: () => worker.dispose() };
}

function rateLimiter(limit: number | undefined) {
  if (limit === undefined) return {};
  const simple = { limit, period: 60 as const };
  return { RATE_LIMITER: { type: "ratelimit" as const, namespace_id: "1", simple } };
}

/**
 * Passes every outgoing request on byte by byte, and what comes back as well, so that it reaches
 * the Worker as badly formed as it was sent.
 */
function tunnelTo(port: number) {
  return {
    node({ method, url, rawHeaders, socket }: IncomingMessage) {
      const upstream = connect(port, "127.0.0.1");
      const headers = rawHeaders.map((text, index) => text + (index % 2 === 0 ? ": " : "\r\n"));
      upstream.write(`${method} ${url} HTTP/1.1\r\n${headers.join("")}\r\n`);
      pipeline(upstream, socket, () => upstream.destroy());
      socket.on("close", () => upstream.destroy());
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** `GET /caption?url=` */
export function captionOf(service: Service, url: string): Promise<Answer> {
  return ask(service, `/caption?url=${encodeURIComponent(url)}`);
}

export async function ask(service: Service, path: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(service.url + path, init);
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, body };
}
