import { UserError } from "../../core/errors.ts";

const defaultPort = 8787;

/** What `npm start` must know of the arguments that it passes on to `wrangler dev`. */
export interface StartArguments {
  readonly port: number;
  /** Values of `--var PRIVATE_HOSTS:...`, which are taken out, as one more host joins them. */
  readonly privateHosts: readonly string[];
  readonly others: readonly string[];
}

const privateHostsVariable = "PRIVATE_HOSTS:";

/**
 * Takes apart what stands after `npm start --`.
 *
 * `--var` may be followed by several variables; a `--var` that has lost its only one goes too.
 *
 * @throws UserError `invalid_port`
 */
export function readArguments(given: readonly string[]): StartArguments {
  const privateHosts: string[] = [];
  const others: string[] = [];
  let port = String(defaultPort);
  for (let index = 0; index < given.length; index++) {
    const argument = given[index] ?? "";
    const value = argument.replace(/^--var=/, "");
    if (argument === "--port") port = given[++index] ?? "";
    else if (argument.startsWith("--port=")) port = argument.slice("--port=".length);
    else if (value.startsWith(privateHostsVariable)) {
      privateHosts.push(value.slice(privateHostsVariable.length));
    } else others.push(argument);
  }
  const kept = others.filter((argument, index) => {
    return argument !== "--var" || !(others[index + 1] ?? "-").startsWith("-");
  });
  return { port: parsePort(port), privateHosts: privateHosts.filter(Boolean), others: kept };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^[0-9]+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new UserError("invalid_port", `"${text}" is not a port: --port takes 1 to 65535.`);
}
