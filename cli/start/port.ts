import { createServer } from "node:net";
import { setTimeout } from "node:timers/promises";
import { UserError } from "../../core/errors.ts";

/**
 * Finds out beforehand what wrangler would only say in a page of its own words.
 *
 * @throws UserError `port_in_use`
 */
export async function checkPort(port: number): Promise<void> {
  const free = Promise.withResolvers<void>();
  const probe = createServer();
  probe.on("error", free.reject);
  probe.listen(port, "localhost", free.resolve);
  try {
    await free.promise;
  } catch (cause) {
    throw new UserError(
      "port_in_use",
      `Port ${port} is taken: stop what listens there, or choose another: npm start -- --port ${port + 10}`,
      { cause },
    );
  }
  await new Promise((resolve) => probe.close(resolve));
}

/** Whether the service came up before `stop`. */
export async function waitUntilServed(port: number, stop: AbortSignal): Promise<boolean> {
  while (!stop.aborted) {
    const response = await fetch(`http://localhost:${port}/health`, { signal: stop }).catch(
      () => undefined,
    );
    if (response?.ok) return true;
    await setTimeout(100, undefined, { signal: stop }).catch(() => undefined);
  }
  return false;
}
