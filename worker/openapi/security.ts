/** How a request says who asks. Each is needed only where the service has keys of that kind. */
export const securitySchemes = {
  key: {
    type: "http",
    scheme: "bearer",
    description: "One of the service's API keys, where it has any.",
  },
  signature: {
    type: "apiKey",
    in: "query",
    name: "signature",
    description:
      "Instead of a key, where the service has keys for it: the URL's HMAC, which `expires` goes with.",
  },
} as const;

/** Without anything, where the service has no keys; else with one. */
export const byKey: Record<string, string[]>[] = [{}, { key: [] }];
