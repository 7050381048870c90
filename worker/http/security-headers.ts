import { secureHeaders } from "hono/secure-headers";

/**
 * Sets the headers of answers that are data: a browser must not run, frame or leak them. Other sites
 * may read them if CORS allows it.
 */
export const securityHeaders = secureHeaders({
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  crossOriginResourcePolicy: "cross-origin",
  referrerPolicy: "no-referrer",
  // HSTS concerns a whole domain, so its owner decides.
  strictTransportSecurity: false,
  // The demo page sets its own policy.
  overwrite: false,
});
