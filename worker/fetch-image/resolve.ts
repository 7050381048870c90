import ipaddr from "ipaddr.js";
import { z } from "zod";
import { Deadline } from "../http/deadline.ts";
import { Problem } from "../http/problem.ts";
import { readBytes } from "../http/read-bytes.ts";
import type { Settings } from "../settings/index.ts";
import { isPublicHost } from "./public-host.ts";

/** The settings of the resolver; an empty URL turns it off. */
type ResolverSettings = Pick<Settings, "RESOLVER_URL" | "RESOLVER_MS">;

/** Returns how many outgoing requests a look-up takes: one for each type of address. */
export function lookupsOf({ RESOLVER_URL }: Pick<ResolverSettings, "RESOLVER_URL">): number {
  return RESOLVER_URL === "" ? 0 : ADDRESS_TYPES.length;
}

const ADDRESS_TYPES = ["A", "AAAA"] as const;

/** Types of records (RFC 1035, RFC 3596). */
const A = 1;
const CNAME = 5;
const AAAA = 28;

/** Response codes (RFC 1035, section 4.1.1). */
const NO_ERROR = 0;
const NO_SUCH_NAME = 3;

/** Limit for the resolver's answer, in bytes. The answer for a name with aliases has some hundreds. */
const MAXIMUM_BYTES = 64 * 1024;

const recordSchema = z.object({ type: z.int(), data: z.string() });

/** The part of `application/dns-json` that is needed. */
const answerSchema = z.object({ Status: z.int(), Answer: z.array(recordSchema).default([]) });

type ResourceRecord = z.infer<typeof recordSchema>;

/**
 * Looks a name up, and refuses it unless all of its addresses are public and all of its aliases are
 * names that could be fetched from. Without a clear answer from the resolver nothing is fetched.
 *
 * The platform resolves the name again for the fetch and may get another answer; see
 * docs/security.md.
 *
 * @param hostname - `URL.hostname`; an address needs no look-up.
 * @throws {Problem} `private_address`, `unresolvable`, `resolver_failed`
 */
export async function checkResolved(
  hostname: string,
  settings: ResolverSettings,
  whole: Deadline,
): Promise<void> {
  if (settings.RESOLVER_URL === "" || isAddress(hostname)) return;
  checkRecords(hostname, await lookUp(hostname, settings, whole));
}

/** Fails closed: any error becomes `resolver_failed`. */
async function lookUp(
  hostname: string,
  settings: ResolverSettings,
  whole: Deadline,
): Promise<readonly ResourceRecord[]> {
  const late = new Error(`the resolver did not answer within ${settings.RESOLVER_MS} ms`);
  const deadline = new Deadline(settings.RESOLVER_MS, late, whole.signal);
  try {
    const queries = ADDRESS_TYPES.map((type) => query(hostname, type, settings, deadline));
    return (await Promise.all(queries)).flat();
  } catch (cause) {
    whole.signal.throwIfAborted();
    throw new Problem("resolver_failed", `The resolver gave no clear answer about ${hostname}.`, {
      cause,
      headers: { "Retry-After": "5" },
    });
  } finally {
    deadline.end();
  }
}

async function query(
  hostname: string,
  type: (typeof ADDRESS_TYPES)[number],
  { RESOLVER_URL }: ResolverSettings,
  deadline: Deadline,
): Promise<readonly ResourceRecord[]> {
  const url = new URL(RESOLVER_URL);
  url.searchParams.set("name", hostname);
  url.searchParams.set("type", type);
  const headers = { Accept: "application/dns-json" };
  const options = { redirect: "manual", headers, signal: deadline.signal } as const;
  const response = await deadline.race(fetch(url.href, options));
  if (response.status !== 200) throw new Error(`the resolver answered ${response.status}`);
  const limits = { maximumBytes: MAXIMUM_BYTES, deadline };
  const bytes = await readBytes(response.body, response.headers, limits);
  const { Status, Answer } = answerSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  if (Status === NO_ERROR || Status === NO_SUCH_NAME) return Answer;
  throw new Error(`the resolver answered with code ${Status}`);
}

function checkRecords(hostname: string, records: readonly ResourceRecord[]): void {
  for (const record of records) {
    if (mayBeFetched(record)) continue;
    throw new Problem(
      "private_address",
      `${hostname} resolves to ${record.data}, which is not on the open internet.`,
    );
  }
  if (records.some(({ type }) => type === A || type === AAAA)) return;
  throw new Problem("unresolvable", `The name ${hostname} has no address.`);
}

/** Records of other types, such as signatures, lead nowhere. */
function mayBeFetched({ type, data }: ResourceRecord): boolean {
  if (type === A) return ipaddr.IPv4.isValidFourPartDecimal(data) && isPublicHost(data);
  if (type === AAAA) return ipaddr.IPv6.isValid(data) && isPublicHost(`[${data}]`);
  if (type === CNAME) return isPublicHost(data.toLowerCase().replace(/\.+$/, ""));
  return true;
}

function isAddress(hostname: string): boolean {
  return (
    hostname.startsWith("[") || ipaddr.IPv4.isValidFourPartDecimal(hostname.replace(/\.$/, ""))
  );
}
