import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** A local server of the examples, so that `?url=` works without a network. */
export interface ExamplesServer {
  /** `host:port` on the loopback address. */
  readonly host: string;
  /** File names of the photographs. */
  readonly names: readonly string[];
  close(): void;
}

/** Tried first, so that the printed lines stay the same; otherwise any free port is taken. */
const PREFERRED_PORT = 8788;

/**
 * Serves the photographs of a folder, and none of its other files, on the loopback address.
 *
 * @param takenPort - the service's port, which is not used.
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
  const wish = PREFERRED_PORT === takenPort ? 0 : PREFERRED_PORT;
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
