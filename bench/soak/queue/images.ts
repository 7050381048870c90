import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** The share of images that fail for good, of those that fail once, and of those with little confidence. */
const FAILING_PERCENT = 2;
const FAILING_ONCE_PERCENT = 5;
const UNSURE_PERCENT = 3;

/** Lists images of one host, by the paths that say what becomes of them. */
export function soakImages(host: string, count: number): { key: string; url: string }[] {
  return Array.from({ length: count }, (_, index) => {
    const url = `http://${host}${kindOf(index % 100)}${index}.jpg`;
    return { key: createHash("sha256").update(url).digest("hex").slice(0, 32), url };
  });
}

function kindOf(percent: number): string {
  if (percent < FAILING_PERCENT) return "/problem/broken_image/";
  if (percent < FAILING_PERCENT + FAILING_ONCE_PERCENT) return "/once/unreachable/";
  if (percent < FAILING_PERCENT + FAILING_ONCE_PERCENT + UNSURE_PERCENT) return "/low/";
  return "/";
}

/** Returns how many of a number of images fail for good. */
export function failingImages(count: number): number {
  return Array.from({ length: count }, (_, index) => index % 100).filter(
    (percent) => percent < FAILING_PERCENT,
  ).length;
}

const photographs = ["astronaut", "chelsea", "coffee", "rocket"].map((name) =>
  readFileSync(join(import.meta.dirname, `../../../examples/${name}.jpg`)),
);

/** Serves the images: a photograph cut short where one fails, and a closed connection where one fails once. */
export async function serveImages(): Promise<{ host: string; close: () => void }> {
  const failedBefore = new Set<string>();
  let served = 0;
  const server = createServer(({ url = "" }, response) => {
    const photograph = photographs[served++ % photographs.length];
    if (url.startsWith("/once/") && !failedBefore.has(url)) {
      failedBefore.add(url);
      response.destroy();
    } else if (url.startsWith("/problem/")) {
      response.end(photograph?.subarray(0, 100));
    } else {
      response.end(photograph);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { host: `127.0.0.1:${port}`, close: () => server.close() };
}
