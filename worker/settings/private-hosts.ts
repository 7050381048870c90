import { z } from "zod";
import { plainHostname } from "./host-patterns.ts";
import { effectivePort } from "./ports.ts";

/** A private host that may be fetched from; if a port is given, only from that port. */
interface AllowedHost {
  readonly hostname: string;
  readonly port?: string;
}

/** Parses `127.0.0.1:9000, [::1], photos.internal`: see {@link AllowedHost}. */
export const hostListSchema = z.string().transform((list, context): AllowedHost[] => {
  const hosts: AllowedHost[] = [];
  for (const entry of list.split(",").map((text) => text.trim())) {
    if (entry === "") continue;
    const host = parseHost(entry);
    if (host) hosts.push(host);
    else context.addIssue({ code: "custom", message: `"${entry}" is not of the form host[:port]` });
  }
  return hosts;
});

function parseHost(entry: string): AllowedHost | undefined {
  const parts = /^(?<name>\[[^\]]+\]|[^:/?#@[\]\\]+)(:(?<port>[0-9]{1,5}))?$/.exec(entry)?.groups;
  const url = URL.parse(`http://${parts?.name ?? ""}`);
  if (!parts || !url) return undefined;
  const hostname = plainHostname(url);
  const port = parts.port;
  if (port === undefined) return { hostname };
  return Number(port) >= 1 && Number(port) <= 65_535 ? { hostname, port } : undefined;
}

/** Tells whether a URL's host and port are on the list. */
export function isAllowedHost(url: URL, hosts: readonly AllowedHost[]): boolean {
  const hostname = plainHostname(url);
  const port = effectivePort(url);
  return hosts.some((host) => host.hostname === hostname && (host.port ?? port) === port);
}
