import { matchesHost, plainHostname } from "../../worker/settings/host-patterns.ts";
import type { SiteSettings } from "../settings.ts";

/**
 * Tells whether images of a URL's host may be captioned: hosts that the owner lists, otherwise the site's
 * own.
 *
 * @param siteUrl - any URL of the site.
 */
export function isCaptioned(
  image: URL,
  siteUrl: string,
  { IMAGE_HOSTS }: Pick<SiteSettings, "IMAGE_HOSTS">,
): boolean {
  const hostname = plainHostname(image);
  if (IMAGE_HOSTS.length > 0) return matchesHost(hostname, IMAGE_HOSTS);
  return hostname === plainHostname(new URL(siteUrl));
}
