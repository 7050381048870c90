import ipaddr from "ipaddr.js";
import { z } from "zod";
import { Problem } from "../problem.ts";
import { isPublicHost } from "./address.ts";
import { Deadline } from "./deadline.ts";
import { readBytes } from "./read-bytes.ts";

/** What names are looked up with. */
export interface ResolverSettings {
  /** Empty: names are not looked up. */
  readonly RESOLVER_URL: string;
  readonly RESOLVER_MS: number;
}

export const resolverUrlSchema = z
  .string()
  .refine((text) => text === "" || URL.parse(text)?.protocol === "https:", "not an https: URL");

/** Outgoing requests that looking up a name takes: one for each kind of address. */
export function lookupsOf({ RESOLVER_URL }: Pick<ResolverSettings, "RESOLVER_URL">): number {
  return RESOLVER_URL === "" ? 0 : recordTypes.length;
}

const recordTypes = ["A", "AAAA"] as const;

/** Types of records by their numbers (RFC 1035, 3596). */
const A = 1;
const CNAME = 5;
const AAAA = 28;

/** Response codes (RFC 1035, section 4.1.1). */
const NO_ERROR = 0;
const NO_SUCH_NAME = 3;

/** A name with a few aliases has some hundreds of bytes. */
const maximumBytes = 64 * 1024;

const recordSchema = z.object({ type: z.int(), data: z.string() });

/** What resolvers answer with as `application/dns-json`; everything else in it is not needed. */
const answerSchema = z.object({ Status: z.int(), Answer: z.array(recordSchema).default([]) });

type ResourceRecord = z.infer<typeof recordSchema>;

/**
 * Looks a name up, and refuses it unless each and every of its addresses is one on the open
 * internet, and each of its aliases could be asked for itself. The resolver follows aliases to
 * their end; what it does not answer for certain is not fetched from.
 *
 * The platform looks the name up once more when it is fetched from, and may then be told something
 * else; see docs/security.md.
 *
 * @param hostname - `URL.hostname`; an address needs no look-up.
 * @throws Problem `private_address`, `unresolvable`, `resolver_failed`
 */
export async function checkResolved(
  hostname: string,
  settings: ResolverSettings,
  whole: Deadline,
): Promise<void> {
  if (settings.RESOLVER_URL === "" || isAddress(hostname)) return;
  checkRecords(hostname, await lookUp(hostname, settings, whole));
}

/** Failing closed: whatever it fails with, nothing is fetched. */
async function lookUp(
  hostname: string,
  settings: ResolverSettings,
  whole: Deadline,
): Promise<readonly ResourceRecord[]> {
  const late = new Error(`the resolver did not answer in ${settings.RESOLVER_MS} ms`);
  const deadline = new Deadline(settings.RESOLVER_MS, late, whole.signal);
  try {
    const asked = recordTypes.map((type) => ask(hostname, type, settings, deadline));
    return (await Promise.all(asked)).flat();
  } catch (cause) {
    whole.signal.throwIfAborted();
    throw new Problem("resolver_failed", `${hostname} could not be looked up for certain.`, {
      cause,
      headers: { "Retry-After": "5" },
    });
  } finally {
    deadline.end();
  }
}

async function ask(
  hostname: string,
  type: (typeof recordTypes)[number],
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
  const bytes = await readBytes(response.body, response.headers, { maximumBytes, deadline });
  const { Status, Answer } = answerSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  if (Status === NO_ERROR || Status === NO_SUCH_NAME) return Answer;
  throw new Error(`the resolver answered with code ${Status}`);
}

function checkRecords(hostname: string, records: readonly ResourceRecord[]): void {
  for (const record of records) {
    if (mayBeAsked(record)) continue;
    throw new Problem("private_address", `${hostname} leads to ${record.data}, a private address.`);
  }
  if (records.some(({ type }) => type === A || type === AAAA)) return;
  throw new Problem("unresolvable", `${hostname} is not the name of any server.`);
}

/** What is neither an address nor an alias (a signature, say) leads nowhere. */
function mayBeAsked({ type, data }: ResourceRecord): boolean {
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
