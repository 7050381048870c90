import type { ExamplesServer } from "./examples.ts";

/** Returns the address of the demo page, and two lines to copy that need no network. */
export function greeting(port: number, examples: ExamplesServer): string {
  const service = `http://localhost:${port}`;
  const [first = "", second = first] = examples.names;
  return `
Edge Caption is ready. Demo page: ${service}

Or, in another terminal:

  curl --data-binary @examples/${first} ${service}/caption
  curl '${service}/caption?url=http://${examples.host}/${second}'

Ctrl-C stops it.

`;
}
