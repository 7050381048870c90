import { OWN_REQUEST_HEADER } from "../http/own-request.ts";
import { plainHostname } from "../settings/host-patterns.ts";
import type { Settings } from "../settings/index.ts";

/** The settings of what the service says about itself to other servers. */
type HeaderSettings = Pick<Settings, "USER_AGENT" | "REFERER" | "HOST_HEADERS">;

const ACCEPT = "image/jpeg, image/png, image/webp, image/gif, image/avif;q=0.8, image/*;q=0.5";

/** Stands in `USER_AGENT` for the URL of the service. */
const SERVICE_PLACEHOLDER = "{service}";

/**
 * Returns the headers of the request for an image. The headers of a host are sent to that host only,
 * and only by https, since they may be secret.
 */
export function requestHeaders(
  url: URL,
  settings: HeaderSettings,
  ownUrl: URL | undefined,
): Headers {
  const headers = new Headers({
    Accept: ACCEPT,
    "User-Agent": settings.USER_AGENT.replaceAll(SERVICE_PLACEHOLDER, ownUrl?.origin ?? ""),
    [OWN_REQUEST_HEADER]: "1",
  });
  if (settings.REFERER !== "") headers.set("Referer", settings.REFERER);
  const own = url.protocol === "https:" ? settings.HOST_HEADERS[plainHostname(url)] : undefined;
  for (const [name, value] of Object.entries(own ?? {})) headers.set(name, value);
  return headers;
}
