interface Policy {
  createScriptURL(url: string): unknown;
}

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): Policy;
}

let policy: Policy | undefined;

/**
 * Marks the URL of a script as trusted, for pages whose policy requires Trusted Types. Such a page lists
 * the policy's name if it lists names: `trusted-types edge-caption`.
 */
export function trustedUrl(url: string): string {
  const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };
  if (!trustedTypes) return url;
  policy ??= trustedTypes.createPolicy("edge-caption", { createScriptURL: (given) => given });
  // The types of the DOM know only text here.
  return policy.createScriptURL(url) as string;
}
