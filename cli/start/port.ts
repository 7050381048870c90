import { createServer } from "node:net";
import { UserError } from "../../core/errors.ts";

/**
 * Checks that a port is free, as wrangler's own message is long.
 *
 * @param command - what the user typed, such as "npm start".
 * @throws {UserError} `port_in_use`
 */
export async function checkPort(port: number, command: string): Promise<void> {
  const free = Promise.withResolvers<void>();
  const probe = createServer();
  probe.on("error", free.reject);
  probe.listen(port, "localhost", free.resolve);
  try {
    await free.promise;
  } catch (cause) {
    throw new UserError(
      "port_in_use",
      `Port ${port} is in use: stop the program that uses it, or choose another port with ${command} -- --port ${port + 10}.`,
      { cause },
    );
  }
  await new Promise((resolve) => probe.close(resolve));
}
