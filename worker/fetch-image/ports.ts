import { z } from "zod";

/** The first and the last port of a range. */
export type PortRange = readonly [first: number, last: number];

/**
 * Ports of web servers. The other low ones are for mail, remote shells and the like, which a request
 * could be made to talk to.
 */
export const webPorts = "80, 443, 1024-65535";

/** `80, 443, 8000-8999` */
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

export function isAllowedPort(port: number, ranges: readonly PortRange[]): boolean {
  return ranges.some(([first, last]) => port >= first && port <= last);
}

/** As somebody would write them. */
export function portsText(ranges: readonly PortRange[]): string {
  return ranges.map(([first, last]) => (first === last ? first : `${first}-${last}`)).join(", ");
}
