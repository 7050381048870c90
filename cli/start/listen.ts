import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Tried first, so that the printed lines stay the same; otherwise any free port is taken. */
const PREFERRED_PORT = 8788;

/**
 * Has a server listen on the loopback address, and returns its port.
 *
 * @param takenPort - a port that is not used.
 */
export function listenLocally(server: Server, takenPort: number): Promise<number> {
  const wish = PREFERRED_PORT === takenPort ? 0 : PREFERRED_PORT;
  return listen(server, wish).catch(() => listen(server, 0));
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}
