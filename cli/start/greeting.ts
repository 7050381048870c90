import type { ExamplesServer } from "./examples.ts";

/** Lines that a newcomer can copy, and that answer at once, without any network. */
export function greeting(port: number, examples: ExamplesServer): string {
  const service = `http://localhost:${port}`;
  const [first = "", second = first] = examples.names;
  return `
Edge Caption is ready. Try it in another terminal:

  curl --data-binary @examples/${first} ${service}/caption
  curl '${service}/caption?url=http://${examples.host}/${second}'

Ctrl-C ends it.

`;
}
