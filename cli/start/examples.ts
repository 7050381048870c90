import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { listenLocally } from "./listen.ts";

/** A local server of the examples, so that `?url=` works without a network. */
export interface ExamplesServer {
  /** `host:port` on the loopback address. */
  readonly host: string;
  /** File names of the photographs. */
  readonly names: readonly string[];
  close(): void;
}

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
  const port = await listenLocally(server, takenPort);
  return {
    host: `127.0.0.1:${port}`,
    names,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
