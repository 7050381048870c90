import ipaddr from "ipaddr.js";

/**
 * Names that stand for this machine or for something in its own network: special-use names
 * (RFC 6761, 6762, 8375, 9476 and ICANN's `.internal`), and those that routers and companies use.
 */
const privateSuffixes = [
  "localhost",
  "localdomain",
  "local",
  "internal",
  "intranet",
  "private",
  "lan",
  "home",
  "corp",
  "home.arpa",
  "in-addr.arpa",
  "ip6.arpa",
  "test",
  "alt",
  "onion",
];

/** Cloud metadata services that have an address outside of every special range. */
const metadataAddresses = ["168.63.129.16"];

/** All of the IPv6 addresses that are given out; ranges for special use lie inside it as well. */
const globalUnicast = ipaddr.IPv6.parseCIDR("2000::/3");

/**
 * Whether a host may be one on the open internet.
 *
 * Spellings are the URL parser's business: it has already turned `0x7f.1`, `2130706433`, full-width
 * digits and the like into four decimal numbers. What remains to be judged is what an address is
 * for, and there only the ordinary is let through: an IPv6 address that carries an IPv4 one
 * (mapped, compatible, NAT64, 6to4, Teredo) is refused whatever it carries.
 *
 * A public name may still resolve to a private address; see docs/security.md.
 *
 * @param hostname - `URL.hostname` without a trailing dot.
 */
export function isPublicHost(hostname: string): boolean {
  if (hostname.startsWith("[")) return isPublicIPv6(hostname.slice(1, -1));
  if (ipaddr.IPv4.isValidFourPartDecimal(hostname)) return isPublicIPv4(hostname);
  return isPublicName(hostname);
}

function isPublicIPv4(text: string): boolean {
  return !metadataAddresses.includes(text) && ipaddr.IPv4.parse(text).range() === "unicast";
}

function isPublicIPv6(text: string): boolean {
  const address = ipaddr.IPv6.parse(text);
  return address.match(globalUnicast) && address.range() === "unicast";
}

/** A name without a dot is looked up in the local network. */
function isPublicName(name: string): boolean {
  if (!name.includes(".")) return false;
  return !privateSuffixes.some((suffix) => name === suffix || name.endsWith(`.${suffix}`));
}
