import { secureHeaders } from "hono/secure-headers";

/**
 * Headers for answers that are data: nothing may run in them, frame them or learn from them. They
 * may be read from other sites, where CORS allows it.
 */
export const securityHeaders = secureHeaders({
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  crossOriginResourcePolicy: "cross-origin",
  referrerPolicy: "no-referrer",
  // Whether a whole domain is reachable by https only is for its owner to say.
  strictTransportSecurity: false,
  // The demo page brings its own policy.
  overwrite: false,
});
