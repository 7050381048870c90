import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A user's site: one empty page, and images. */
export interface PageServer {
  readonly url: string;
  close(): void;
}

const PAGE = '<!doctype html><html lang="en"><title>A site</title><link rel="icon" href="data:,">';

/**
 * Serves a page and images on the loopback address.
 *
 * @param images - by their paths, without the slash.
 * @param headers - of the page.
 */
export async function servePage(
  images: ReadonlyMap<string, Uint8Array>,
  headers: Readonly<Record<string, string>> = {},
): Promise<PageServer> {
  const server = createServer(({ url = "" }, response) => {
    const image = images.get(url.slice(1));
    if (image) response.writeHead(200).end(image);
    else if (url === "/")
      response.writeHead(200, { "Content-Type": "text/html", ...headers }).end(PAGE);
    else response.writeHead(404).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
