import { once } from "node:events";
import { connect, type Socket } from "node:net";

export type RequestHeaders = Readonly<Record<string, string | number>>;

/**
 * Sends a request, or the beginning of one, over a separate connection, which can be reset. `fetch`
 * only closes its connection, and a runtime need not treat that as a client that disconnected.
 *
 * @param request - the method and the path.
 */
export async function sendRequest(
  service: string,
  request: string,
  headers: RequestHeaders = {},
  body: string | Uint8Array = "",
): Promise<Socket> {
  const { hostname, port, host } = new URL(service);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  await once(socket, "connect");
  const lines = Object.entries({ Host: host, ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  socket.write(`${[`${request} HTTP/1.1`, ...lines].join("\r\n")}\r\n\r\n`);
  socket.write(body);
  return socket;
}
