import type { ExamplesServer } from "./examples.ts";

/** The examples that the model captions best. */
const SHOWN_FIRST = ["flowers.jpg", "chelsea.jpg"];

/** Returns the address of the demo page, and two lines to copy that need no network. */
export function greeting(port: number, examples: ExamplesServer): string {
  const service = `http://localhost:${port}`;
  const known = SHOWN_FIRST.filter((name) => examples.names.includes(name));
  const [first = "", second = first] = [...known, ...examples.names];
  return `
Edge Caption is ready. Demo page: ${service}

Or, in another terminal:

  curl --data-binary @examples/${first} ${service}/caption
  curl '${service}/caption?url=http://${examples.host}/${second}'

Ctrl-C stops it.

`;
}
