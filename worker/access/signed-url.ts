import { Problem } from "../http/problem.ts";
import { isOneOf } from "../http/secrets.ts";

/** The parameters that belong to the signature. */
const PARAMETERS = { expires: "expires", signature: "signature" } as const;

/**
 * Signs a URL of `GET /caption`, so that a page may contain it without a key. A URL that was changed
 * or has expired is refused.
 *
 * @param expires - seconds since 1970 after which the URL is no longer valid.
 */
export async function signUrl(url: URL, key: string, expires: number): Promise<URL> {
  const signed = new URL(url);
  signed.searchParams.set(PARAMETERS.expires, String(expires));
  signed.searchParams.set(PARAMETERS.signature, await signatureOf(signed, key));
  return signed;
}

/** Tells whether a URL carries a signature, valid or not. */
export function isSigned(url: URL): boolean {
  return url.searchParams.has(PARAMETERS.signature);
}

/**
 * Checks the signature of a URL against every key.
 *
 * @throws {Problem} `signature_invalid`, `signature_expired`
 */
export async function checkSignature(
  url: URL,
  keys: readonly string[],
  nowSeconds: number,
): Promise<void> {
  const given = url.searchParams.get(PARAMETERS.signature) ?? "";
  const expected = await Promise.all(keys.map((key) => signatureOf(url, key)));
  if (!(await isOneOf(given, expected))) {
    throw new Problem(
      "signature_invalid",
      "The URL was changed after it was signed, or its key is no longer valid.",
    );
  }
  const expires = Number(url.searchParams.get(PARAMETERS.expires) ?? Number.NaN);
  if (!(expires >= nowSeconds)) {
    throw new Problem("signature_expired", "The signed URL has expired: sign it again.");
  }
}

/** Returns the HMAC-SHA-256 of the path and the sorted parameters, in base64url without padding. */
async function signatureOf(url: URL, key: string): Promise<string> {
  const parameters = new URLSearchParams(url.search);
  parameters.delete(PARAMETERS.signature);
  parameters.sort();
  const text = `${url.pathname}?${parameters}`;
  const encoder = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const raw = encoder.encode(key);
  const imported = await crypto.subtle.importKey("raw", raw, algorithm, false, ["sign"]);
  const bytes = new Uint8Array(await crypto.subtle.sign("HMAC", imported, encoder.encode(text)));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
