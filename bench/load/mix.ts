import { exampleNames, examplePicture, resizedExample } from "../pictures.ts";
import { evenly, pick } from "../turns.ts";

/** A request, and what must become of it. */
export interface LoadRequest {
  readonly kind: string;
  readonly path: string;
  readonly init: RequestInit;
  /** Whether there is a caption to be had. */
  readonly isGood: boolean;
  /** What is right: a status, and the problem's code where it is not 200. */
  readonly right: readonly string[];
}

const site = "http://pictures.example";

/** A kind of request, and how many of a hundred are of it. */
interface Kind {
  readonly name: string;
  readonly share: number;
  readonly right: readonly string[];
  request(n: number): { readonly path: string; readonly init?: RequestInit };
}

const byUrl = (url: string) => ({ path: `/caption?url=${encodeURIComponent(url)}` });
const upload = (body: Uint8Array<ArrayBuffer>, type = "image/jpeg") => ({
  path: "/caption",
  init: { method: "POST", body, headers: { "Content-Type": type } },
});

/**
 * What a service that is open to the internet is asked for: mostly pictures, some of them again and
 * again, and everything that does not work.
 */
async function kinds(): Promise<readonly Kind[]> {
  const examples = await Promise.all(exampleNames.map(examplePicture));
  const large = await resizedExample(1600, 1200);
  const bad = (name: string, share: number, path: string, ...right: string[]): Kind => ({
    name,
    share,
    right,
    request: (n) => byUrl(`${site}${path}?${n}`),
  });
  return [
    { name: "new", share: 25, right: ["200"], request: (n) => byUrl(`${site}/cat.jpg?${n}`) },
    {
      name: "known",
      share: 20,
      right: ["200"],
      request: (n) => byUrl(`${site}/cat.jpg?k${n % 5}`),
    },
    {
      name: "redirected",
      share: 5,
      right: ["200"],
      request: (n) => byUrl(`${site}/hops?n=2&${n}`),
    },
    { name: "uploaded", share: 15, right: ["200"], request: (n) => upload(pick(examples, n)) },
    { name: "uploaded, large", share: 5, right: ["200"], request: () => upload(large) },
    bad("not found", 5, "/404", "502 upstream_status"),
    bad("a page", 4, "/html-as-photo", "415 unsupported_format"),
    bad("truncated", 4, "/truncated", "422 broken_image"),
    bad("a bomb", 2, "/bomb", "413 too_many_bytes"),
    // Whichever comes first on a busy machine.
    bad("endless", 2, "/endless", "413 too_many_bytes", "504 timeout"),
    bad("a loop", 3, "/loop", "502 redirect_loop"),
    bad("closing", 2, "/closes", "502 unreachable"),
    bad("silent", 1, "/silent", "504 timeout"),
    {
      name: "private",
      share: 3,
      right: ["403 private_address"],
      request: (n) => byUrl(`http://10.0.0.${n % 256}/cat.jpg`),
    },
    {
      name: "nonsense",
      share: 2,
      right: ["400 invalid_parameter"],
      request: () => ({ path: "/caption?beams=3" }),
    },
    {
      name: "uploaded, no picture",
      share: 2,
      right: ["415 unsupported_format"],
      request: () => upload(new Uint8Array(50_000).fill(7)),
    },
  ];
}

/** As many requests, the kinds mixed evenly. */
export async function mixRequests(count: number): Promise<LoadRequest[]> {
  const kindAt = evenly((await kinds()).map((kind) => [kind.share, kind]));
  return Array.from({ length: count }, (_, n) => {
    const kind = kindAt(n);
    const { path, init = {} } = kind.request(n);
    return { kind: kind.name, path, init, isGood: kind.right.includes("200"), right: kind.right };
  });
}
