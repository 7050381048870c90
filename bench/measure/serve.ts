import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Something that is served under every path of a loopback port. */
export interface Served {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  close(): void;
}

export async function serveBytes(bytes: Uint8Array, type: string): Promise<Served> {
  const server = createServer((_, response) => {
    response.writeHead(200, { "Content-Type": type, "Cache-Control": "max-age=3600" });
    response.end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { host: `127.0.0.1:${port}`, close: () => server.close() };
}
