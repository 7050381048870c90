import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { startWorkerd } from "../../node/workerd.ts";
import { cpuMilliseconds, hasProcessCounts } from "../measure/process.ts";
import { type Summary, summarize } from "../measure/statistics.ts";
import { CannotRun, type Part } from "../part.ts";

const ENTRY = join(import.meta.dirname, "../worker/site.ts");
const PAGE_BYTES = 100_000;
const IMAGES = 50;
const WITHOUT_TEXT = 30;

/** How many requests one measurement averages. */
const REQUESTS = 20;
const WARM_UP_REQUESTS = 100;

/** Measures what filling in a page costs, over passing it on. */
export const pages: Part = {
  name: "pages",
  title: "A page of 100 KB with 50 images, 30 without text, through the site's Worker, CPU",
  async run({ model, runs }) {
    if (!hasProcessCounts())
      throw new CannotRun("CPU time is read from /proc, which only Linux has");
    const origin = createServer((_, response) => {
      response.setHeader("Content-Type", "text/html; charset=utf-8").end(samplePage());
    }).listen(0, "127.0.0.1");
    await once(origin, "listening");
    const { port } = origin.address() as AddressInfo;
    const variables = { ORIGIN: "http://pages.example" };
    const bundle = resolve(model);
    const workerd = await startWorkerd({ entry: ENTRY, bundle, internet: port, variables });
    try {
      const passed = await measure(workerd, "/passed", runs);
      const filled = await measure(workerd, "/filled", runs);
      const more = { value: filled.value - passed.value, least: filled.least - passed.least };
      return [
        { what: "passed on", unit: "ms", ...passed },
        { what: "filled in", unit: "ms", ...filled },
        { what: "more for filling in", unit: "ms", ...more, note: "the bar is 5 ms" },
        { what: "reads of KV for a page", unit: "count", value: await readsOf(workerd) },
      ];
    } finally {
      await workerd.stop();
      origin.close();
    }
  },
};

/** A process of workerd with the site's Worker. */
interface Running {
  readonly url: string;
  readonly pid: number;
}

async function measure({ url, pid }: Running, path: string, runs: number): Promise<Summary> {
  const ask = async () => {
    const text = await (await fetch(url + path)).text();
    const texts = text.split("data-alt-source").length - 1;
    if (texts !== (path === "/filled" ? WITHOUT_TEXT : 0))
      throw new Error(`${path}: ${texts} texts`);
  };
  for (let count = 0; count < WARM_UP_REQUESTS; count++) await ask();
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const before = cpuMilliseconds(pid);
    for (let count = 0; count < REQUESTS; count++) await ask();
    times.push((cpuMilliseconds(pid) - before) / REQUESTS);
  }
  return summarize(times);
}

async function readsOf({ url }: Running): Promise<number> {
  const count = async () => (await (await fetch(`${url}/reads`)).json()) as number;
  const before = await count();
  await (await fetch(`${url}/filled`)).text();
  return (await count()) - before;
}

/** Writes a page as generators do: with navigation, sections, links and images among text. */
function samplePage(): string {
  const links = Array.from(
    { length: 100 },
    (_, n) => `<li><a href="/page-${n}">Page ${n}</a></li>`,
  );
  const sections = Array.from({ length: IMAGES }, (_, n) => section(n));
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Photographs</title></head>
<body><nav><ul>${links.join("\n")}</ul></nav><main>${sections.join("\n")}</main></body></html>\n`;
  return page.padEnd(PAGE_BYTES);
}

function section(number: number): string {
  const alt = number < WITHOUT_TEXT ? "" : ' alt="A photograph"';
  const words = `<p>Text with <em>emphasis</em>, a <a href="/l/${number}">link</a> and more words. </p>`;
  return `<section class="photograph" id="s${number}"><h2>Photograph ${number}</h2>
<figure><img src="/images/${number}.jpg?w=640&amp;v=3" width="640" height="480" loading="lazy"${alt}>
<figcaption>Number ${number}</figcaption></figure>${words.repeat(18)}</section>`;
}
