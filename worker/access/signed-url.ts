import { Problem } from "../problem.ts";
import { isOneOf } from "./secrets.ts";

/** Parameters of a signed URL that are the signature's own. */
const signatureParameters = { expires: "expires", signature: "signature" } as const;

/**
 * Signs a URL of `GET /caption`, so that it may stand in a page for everybody to see: whoever
 * changes a letter of it, or comes late, is refused.
 *
 * @param expires - seconds since 1970 after which it is no longer valid.
 */
export async function signUrl(url: URL, key: string, expires: number): Promise<URL> {
  const signed = new URL(url);
  signed.searchParams.set(signatureParameters.expires, String(expires));
  signed.searchParams.set(signatureParameters.signature, await signatureOf(signed, key));
  return signed;
}

export function isSigned(url: URL): boolean {
  return url.searchParams.has(signatureParameters.signature);
}

/** @throws Problem `signature_invalid`, `signature_expired` */
export async function checkSignature(
  url: URL,
  keys: readonly string[],
  nowSeconds: number,
): Promise<void> {
  const given = url.searchParams.get(signatureParameters.signature) ?? "";
  const expected = await Promise.all(keys.map((key) => signatureOf(url, key)));
  if (!(await isOneOf(given, expected))) {
    throw new Problem("signature_invalid", "The URL is not as it was signed, or its key is gone.");
  }
  const expires = Number(url.searchParams.get(signatureParameters.expires) ?? Number.NaN);
  if (!(expires >= nowSeconds)) {
    throw new Problem("signature_expired", "The URL was signed for a time that is over.");
  }
}

/** HMAC-SHA-256 of path and parameters, sorted, in base64url. */
async function signatureOf(url: URL, key: string): Promise<string> {
  const parameters = new URLSearchParams(url.search);
  parameters.delete(signatureParameters.signature);
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
