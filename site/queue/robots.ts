import robotsParser from "robots-parser";
import packageJson from "../../package.json" with { type: "json" };
import { type Host, storeRobots } from "../store/hosts.ts";

/** The name that groups of a robots.txt address the service by (RFC 9309, product token). */
const PRODUCT = "EdgeCaption";

/** How long a robots.txt is used: RFC 9309 allows a day. */
const ROBOTS_MS = 86_400_000;

/** How long a host is left alone whose robots.txt cannot be read. */
const UNREADABLE_MS = 600_000;

const FETCH_MS = 5000;

/** RFC 9309 asks for at least 500 KiB; what comes after is ignored. */
const MAXIMUM_BYTES = 500 << 10;

/** Whether images of a host may be fetched, by their URL; or when to ask again. */
export type RobotsRules =
  | { readonly isAllowed: (url: string) => boolean }
  | { readonly unknownUntil: number };

/**
 * Returns the rules of a host's robots.txt, which is read once a day and stored for all consumers.
 *
 * @param url - of any image of the host.
 * @param known - what is stored of the host.
 */
export async function robotsRules(
  db: D1Database,
  url: string,
  known: Host | undefined,
  now: number,
): Promise<RobotsRules> {
  const robotsUrl = new URL("/robots.txt", url);
  if (known && known.robotsUntil > now) return rulesOf(robotsUrl, known.robots, known.robotsUntil);
  const robots = await fetchRobots(robotsUrl);
  const until = now + (robots === null ? UNREADABLE_MS : ROBOTS_MS);
  await storeRobots(db, robotsUrl.host, robots, until);
  return rulesOf(robotsUrl, robots, until);
}

function rulesOf({ href }: URL, robots: string | null, until: number): RobotsRules {
  if (robots === null) return { unknownUntil: until };
  const rules = robotsParser(href, robots);
  return { isAllowed: (url) => rules.isDisallowed(url, PRODUCT) !== true };
}

/** Returns the text, empty if the host has none, or null if the host fails (RFC 9309, 2.3.1). */
async function fetchRobots(url: URL): Promise<string | null> {
  try {
    const response = await fetch(url.href, {
      headers: { "User-Agent": `${PRODUCT}/${packageJson.version}` },
      signal: AbortSignal.timeout(FETCH_MS),
    });
    if (response.ok) return await readStart(response);
    await response.body?.cancel();
    return response.status >= 500 || response.status === 429 ? null : "";
  } catch {
    return null;
  }
}

async function readStart({ body }: Response): Promise<string> {
  if (!body) return "";
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for await (const chunk of body) {
    text += decoder.decode(chunk.subarray(0, MAXIMUM_BYTES - length), { stream: true });
    length += chunk.byteLength;
    if (length >= MAXIMUM_BYTES) break;
  }
  return text;
}
