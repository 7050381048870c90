import { UserError } from "../../core/errors.ts";

const DEFAULT_PORT = 8787;
const PRIVATE_HOSTS = "PRIVATE_HOSTS:";

/** The arguments of `npm start`. */
interface StartArguments {
  readonly port: number;
  /** Values of `--var PRIVATE_HOSTS:...`, taken out of the others so that one more can be added. */
  readonly privateHosts: readonly string[];
  /** Arguments for `wrangler dev`. */
  readonly others: readonly string[];
}

/**
 * Reads the arguments after `npm start --`.
 *
 * `--var` takes several variables; one that loses its only variable is left out.
 *
 * @throws {UserError} `invalid_port`
 */
export function readArguments(given: readonly string[]): StartArguments {
  const privateHosts: string[] = [];
  const others: string[] = [];
  let port = String(DEFAULT_PORT);
  for (let index = 0; index < given.length; index++) {
    const argument = given[index] ?? "";
    const value = argument.replace(/^--var=/, "");
    if (argument === "--port") port = given[++index] ?? "";
    else if (argument.startsWith("--port=")) port = argument.slice("--port=".length);
    else if (value.startsWith(PRIVATE_HOSTS)) privateHosts.push(value.slice(PRIVATE_HOSTS.length));
    else others.push(argument);
  }
  const kept = others.filter((argument, index) => {
    return argument !== "--var" || !(others[index + 1] ?? "-").startsWith("-");
  });
  return { port: parsePort(port), privateHosts: privateHosts.filter(Boolean), others: kept };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^[0-9]+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new UserError("invalid_port", `--port "${text}" is not a port: use 1 to 65535.`);
}
