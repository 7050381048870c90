import { serveBytes } from "../measure/serve.ts";
import { type Summary, summarize } from "../measure/statistics.ts";
import type { Figure, Part } from "../part.ts";
import { resizedExample, usualSize } from "../pictures.ts";
import { type MeasuredService, startMeasured } from "../service.ts";

const warmUp = 10;

/** What an answer costs that was given before, and one that the client has already. */
export const cacheHit: Part = {
  name: "cache",
  title: "GET /caption?url= in workerd: 1200 x 800 JPEG, CPU",
  async run({ options }) {
    const picture = await resizedExample(usualSize.width, usualSize.height);
    // Under any path: to the service each is another picture.
    const served = await serveBytes(picture, "image/jpeg");
    const { host } = served;
    const service = await startMeasured(options.model, { variables: { PRIVATE_HOSTS: host } });
    try {
      const url = (number: number) =>
        `${service.url}/caption?url=${encodeURIComponent(`http://${host}/${number}.jpg`)}`;
      const fresh = await measure(service, options.runs, (count) => fetch(url(count)));
      const again = await measure(service, options.runs, () => fetch(url(0)));
      const etag = (await fetch(url(0))).headers.get("ETag");
      const figures: Figure[] = [
        { what: "a picture that was not asked for before", unit: "ms", ...fresh },
        { what: "the same URL again", unit: "ms", ...again },
      ];
      if (etag === null) return figures;
      const headers = { "If-None-Match": etag };
      const known = await measure(service, options.runs, () => fetch(url(0), { headers }));
      return [...figures, { what: "the same, its ETag sent along", unit: "ms", ...known }];
    } finally {
      await service.stop();
      served.close();
    }
  },
};

async function measure(
  service: MeasuredService,
  runs: number,
  ask: (count: number) => Promise<Response>,
): Promise<Summary> {
  const times: number[] = [];
  for (let count = 0; count < warmUp + runs; count++) {
    const before = service.cpu();
    const response = await ask(count);
    await response.arrayBuffer();
    if (!response.ok && response.status !== 304) throw new Error(`answered ${response.status}`);
    if (count >= warmUp) times.push(service.cpu() - before);
  }
  return summarize(times);
}
