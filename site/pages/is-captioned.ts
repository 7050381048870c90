import { matchesHost, plainHostname } from "../../worker/settings/host-patterns.ts";
import { objectOf } from "../buckets/object-url.ts";
import type { SiteSettings } from "../settings.ts";

/**
 * Tells whether an image may be captioned: one in a bucket; one of the hosts that the owner lists; or, if
 * there is no list, one of the site's own host.
 *
 * @param siteUrl - any URL of the site.
 */
export function isCaptioned(
  image: URL,
  siteUrl: URL,
  { IMAGE_HOSTS, PUBLIC_URLS }: Pick<SiteSettings, "IMAGE_HOSTS" | "PUBLIC_URLS">,
): boolean {
  if (objectOf(image.href, PUBLIC_URLS)) return true;
  const hostname = plainHostname(image);
  if (IMAGE_HOSTS.length > 0) return matchesHost(hostname, IMAGE_HOSTS);
  return hostname === plainHostname(siteUrl);
}
