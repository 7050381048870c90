import { once } from "node:events";
import { connect, type Socket } from "node:net";

export type RequestHeaders = Readonly<Record<string, string | number>>;

/**
 * Sends a request, or the beginning of one, over a connection of its own, which can be reset: a
 * runtime need not take a connection that is only closed, as `fetch` closes it, for a client that has
 * gone away.
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
