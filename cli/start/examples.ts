import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** Where the examples are served while developing, so that a `?url=` works without a network. */
export interface ExamplesServer {
  /** `host:port`, on this machine only. */
  readonly host: string;
  /** File names of the photographs. */
  readonly names: readonly string[];
  close(): void;
}

/** Tried first, so that lines copied yesterday work today; any free one will do. */
const preferredPort = 8788;

/**
 * Serves the photographs of a folder, and nothing else of it, on the loopback address.
 *
 * @param takenPort - not this one: the service itself will want it.
 */
export async function serveExamples(folder: string, takenPort: number): Promise<ExamplesServer> {
  const names = readdirSync(folder).filter((name) => name.endsWith(".jpg"));
  const server = createServer(async (request, response) => {
    const name = names.find((candidate) => request.url === `/${candidate}`);
    if (name === undefined) {
      response.writeHead(404).end();
      return;
    }
    response
      .writeHead(200, { "Content-Type": "image/jpeg" })
      .end(await readFile(join(folder, name)));
  });
  const wish = preferredPort === takenPort ? 0 : preferredPort;
  const port = await listen(server, wish).catch(() => listen(server, 0));
  return {
    host: `127.0.0.1:${port}`,
    names,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}
