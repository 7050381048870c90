import { z } from "zod";

/** A range of ports, both ends included. */
type PortRange = readonly [first: number, last: number];

/**
 * Ports of web servers. Other low ports belong to mail, remote shells and the like, which must not
 * receive requests on a stranger's behalf.
 */
export const WEB_PORTS = "80, 443, 1024-65535";

/** Parses `80, 443, 8000-8999`. */
export const portListSchema = z.string().transform((list, context): PortRange[] => {
  const ranges: PortRange[] = [];
  for (const entry of list.split(",").flatMap((text) => text.trim() || [])) {
    const range = parseRange(entry);
    if (range) ranges.push(range);
    else context.addIssue({ code: "custom", message: `"${entry}" is not a port or first-last` });
  }
  return ranges;
});

function parseRange(entry: string): PortRange | undefined {
  const [, from = "", to = from] = /^([0-9]{1,5})(?:-([0-9]{1,5}))?$/.exec(entry) ?? [];
  const [first, last] = [Number(from), Number(to)];
  return first >= 1 && first <= last && last <= 65_535 ? [first, last] : undefined;
}

/** Returns the port that a URL of http or https names, or the default port of its scheme. */
export function effectivePort(url: URL): string {
  return url.port || (url.protocol === "https:" ? "443" : "80");
}

/** Tells whether a port is in one of the ranges. */
export function isAllowedPort(port: number, ranges: readonly PortRange[]): boolean {
  return ranges.some(([first, last]) => port >= first && port <= last);
}

/** Writes ranges as {@link portListSchema} reads them. */
export function portsText(ranges: readonly PortRange[]): string {
  return ranges.map(([first, last]) => (first === last ? first : `${first}-${last}`)).join(", ");
}
