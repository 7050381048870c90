/** How a request identifies itself. Each is needed only if the service has keys of that kind. */
export const securitySchemes = {
  key: {
    type: "http",
    scheme: "bearer",
    description: "One of the service's API keys, if it has any.",
  },
  signature: {
    type: "apiKey",
    in: "query",
    name: "signature",
    description:
      "Instead of an API key, if the service has keys for signing: the URL's HMAC, together with `expires`.",
  },
} as const;

/** Either nothing, if the service has no keys, or an API key. */
export const byKey: Record<string, string[]>[] = [{}, { key: [] }];
