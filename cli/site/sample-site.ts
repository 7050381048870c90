import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { listenLocally } from "../start/listen.ts";

const folder = join(import.meta.dirname, "../../examples/site");

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".jpg": "image/jpeg",
};

/** A local server of the sample site. */
export interface SampleSite {
  /** Its own address, behind the Worker. */
  readonly origin: string;
  close(): void;
}

/**
 * Serves `examples/site` on the loopback address, with a sitemap of its pages.
 *
 * @param publicUrl - the address that visitors use, which the sitemap names.
 * @param takenPort - a port that is not used.
 */
export async function serveSampleSite(publicUrl: string, takenPort: number): Promise<SampleSite> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => extname(name) in TYPES);
  const pages = names.filter((name) => name.endsWith(".html")).sort();
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? "/", publicUrl).pathname.replace(/\/$/, "/index.html");
    if (path === "/sitemap.xml") {
      response
        .writeHead(200, { "Content-Type": "application/xml" })
        .end(sitemapOf(pages, publicUrl));
      return;
    }
    const name = names.find((candidate) => path === `/${candidate}`);
    if (name === undefined) {
      response.writeHead(404).end();
      return;
    }
    response
      .writeHead(200, { "Content-Type": TYPES[extname(name)] })
      .end(await readFile(join(folder, name)));
  });
  const port = await listenLocally(server, takenPort);
  return {
    origin: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function sitemapOf(pages: readonly string[], publicUrl: string): string {
  const urls = pages.map(
    (name) => `<url><loc>${publicUrl}/${name.replace("index.html", "")}</loc></url>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${urls.join("")}</urlset>
`;
}
