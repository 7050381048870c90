import { EXAMPLE_NAMES, exampleImage, resizedExample } from "../../images.ts";
import { evenly, pick } from "../turns.ts";

/** A request and its right outcome. */
export interface LoadRequest {
  readonly kind: string;
  readonly path: string;
  readonly init: RequestInit;
  /** Whether the right answer is a caption. */
  readonly isGood: boolean;
  /** Right outcomes: a status, with the problem code unless it is 200. */
  readonly right: readonly string[];
}

/** Any public host will do: the origin answers for all of them. */
const SITE = "http://images.example";

/** A kind of request. */
interface Kind {
  readonly name: string;
  /** Its percentage of all requests. */
  readonly share: number;
  readonly right: readonly string[];
  request(n: number): { readonly path: string; readonly init?: RequestInit };
}

const byUrl = (url: string) => ({ path: `/caption?url=${encodeURIComponent(url)}` });
const upload = (body: Uint8Array<ArrayBuffer>, type = "image/jpeg") => ({
  path: "/caption",
  init: { method: "POST", body, headers: { "Content-Type": type } },
});

/** The requests of a service on the internet: mostly images, some repeated, and all kinds of failures. */
async function loadKinds(): Promise<readonly Kind[]> {
  const examples = await Promise.all(EXAMPLE_NAMES.map(exampleImage));
  const large = await resizedExample(1600, 1200);
  const good = (name: string, share: number, request: Kind["request"]): Kind => {
    return { name, share, right: ["200"], request };
  };
  const bad = (name: string, share: number, path: string, ...right: string[]): Kind => ({
    name,
    share,
    right,
    request: (n) => byUrl(`${SITE}${path}?${n}`),
  });
  return [
    good("new", 25, (n) => byUrl(`${SITE}/cat.jpg?${n}`)),
    good("repeated", 20, (n) => byUrl(`${SITE}/cat.jpg?k${n % 5}`)),
    good("redirected", 5, (n) => byUrl(`${SITE}/hops?n=2&${n}`)),
    good("uploaded", 15, (n) => upload(pick(examples, n))),
    good("uploaded, large", 5, () => upload(large)),
    bad("not found", 5, "/404", "502 upstream_status"),
    bad("an HTML page", 4, "/html-as-photo", "415 unsupported_format"),
    bad("truncated", 4, "/truncated", "422 broken_image"),
    bad("a decompression bomb", 2, "/bomb", "413 too_many_bytes"),
    // On a busy machine either limit may be reached first.
    bad("endless", 2, "/endless", "413 too_many_bytes", "504 timeout"),
    bad("a redirect loop", 3, "/loop", "502 redirect_loop"),
    bad("closed connection", 2, "/closes", "502 unreachable"),
    bad("silent", 1, "/silent", "504 timeout"),
    {
      name: "a private address",
      share: 3,
      right: ["403 private_address"],
      request: (n) => byUrl(`http://10.0.0.${n % 256}/cat.jpg`),
    },
    {
      name: "an unknown parameter",
      share: 2,
      right: ["400 invalid_parameter"],
      request: () => ({ path: "/caption?beams=3" }),
    },
    {
      name: "uploaded, not an image",
      share: 2,
      right: ["415 unsupported_format"],
      request: () => upload(new Uint8Array(50_000).fill(7)),
    },
  ];
}

/** Makes requests of all kinds, mixed evenly. */
export async function mixRequests(count: number): Promise<LoadRequest[]> {
  const kindAt = evenly((await loadKinds()).map((kind) => [kind.share, kind]));
  return Array.from({ length: count }, (_, n) => {
    const kind = kindAt(n);
    const { path, init = {} } = kind.request(n);
    return { kind: kind.name, path, init, isGood: kind.right.includes("200"), right: kind.right };
  });
}
