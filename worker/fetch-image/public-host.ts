import ipaddr from "ipaddr.js";
import { isPrivateName } from "./private-names.ts";

/** Addresses of cloud metadata services that are outside of every special-purpose range. */
const METADATA_ADDRESSES = ["168.63.129.16"];

/** The IPv6 addresses that are allocated; special-purpose ranges lie inside of it as well. */
const globalUnicast = ipaddr.IPv6.parseCIDR("2000::/3");

/**
 * Tells whether a host may be on the open internet.
 *
 * The URL parser has already turned spellings such as `0x7f.1`, `2130706433` or full-width digits
 * into four decimal numbers. Only ordinary addresses pass: an IPv6 address that embeds an IPv4
 * address (mapped, compatible, NAT64, 6to4, Teredo) is refused whatever it embeds.
 *
 * A public name may still resolve to a private address; see docs/security.md.
 *
 * @param hostname - `URL.hostname` without a trailing dot.
 */
export function isPublicHost(hostname: string): boolean {
  if (hostname.startsWith("[")) return isPublicIPv6(hostname.slice(1, -1));
  if (ipaddr.IPv4.isValidFourPartDecimal(hostname)) return isPublicIPv4(hostname);
  return !isPrivateName(hostname);
}

function isPublicIPv4(text: string): boolean {
  return !METADATA_ADDRESSES.includes(text) && ipaddr.IPv4.parse(text).range() === "unicast";
}

function isPublicIPv6(text: string): boolean {
  const address = ipaddr.IPv6.parse(text);
  return address.match(globalUnicast) && address.range() === "unicast";
}
