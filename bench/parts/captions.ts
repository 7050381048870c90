import { usualImage } from "../images.ts";
import { summarize } from "../measure/statistics.ts";
import type { Figure, Part } from "../part.ts";
import { type MeasuredService, startMeasured } from "../service.ts";

const EARLY_REQUESTS = 5;
const WARM_UP_REQUESTS = 20;

/** Measures the first requests of fresh isolates, and those of warm ones. */
export const captions: Part = {
  name: "captions",
  title: "POST /caption in workerd: 1200 x 800 JPEG, greedy search",
  async run({ model, runs, isolates: count }) {
    const image = await usualImage();
    const isolates: Isolate[] = [];
    for (let isolate = 0; isolate < count; isolate++) {
      isolates.push(await measureIsolate(model, image, runs));
    }
    return describe(isolates);
  },
};

/** CPU and wall time of a request, in milliseconds. */
interface Cost {
  readonly cpu: number;
  readonly wall: number;
}

interface Isolate {
  /** CPU time from workerd's start until the first answer to `GET /health`. */
  readonly start: number;
  readonly health: Cost;
  /** The first captions. */
  readonly early: readonly Cost[];
  /** The captions of the warm isolate. */
  readonly warm: readonly Cost[];
}

async function measureIsolate(
  model: string,
  image: Uint8Array<ArrayBuffer>,
  runs: number,
): Promise<Isolate> {
  await using service = await startMeasured(model);
  const start = service.cpu();
  const health = await costOf(service, async () => {
    await (await fetch(`${service.url}/health`)).text();
  });
  const caption = () => costOf(service, () => service.caption(image));
  const early = await repeat(EARLY_REQUESTS, caption);
  await repeat(WARM_UP_REQUESTS, caption);
  return { start, health, early, warm: await repeat(runs, caption) };
}

async function costOf(service: MeasuredService, work: () => Promise<unknown>): Promise<Cost> {
  const [cpu, wall] = [service.cpu(), performance.now()];
  await work();
  return { cpu: service.cpu() - cpu, wall: performance.now() - wall };
}

async function repeat<T>(times: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let time = 0; time < times; time++) results.push(await work());
  return results;
}

function describe(isolates: readonly Isolate[]): Figure[] {
  const row = (what: string, values: readonly number[]): Figure => ({
    what,
    unit: "ms",
    ...summarize(values),
  });
  const early = (request: number) => isolates.map((isolate) => isolate.early[request]?.cpu ?? 0);
  const first = summarize(early(0));
  const warm = summarize(isolates.flatMap((isolate) => isolate.warm.map(({ cpu }) => cpu)));
  return [
    row(
      "start-up, CPU of all of workerd",
      isolates.map(({ start }) => start),
    ),
    row(
      "a request without a model, CPU",
      isolates.map(({ health }) => health.cpu),
    ),
    { what: "first caption, CPU", unit: "ms", ...first },
    row(
      "first caption, wall",
      isolates.map((isolate) => isolate.early[0]?.wall ?? 0),
    ),
    ...[1, 2, 3, 4].map((request) => row(`caption ${request + 1}, CPU`, early(request))),
    { what: "warm caption, CPU", unit: "ms", ...warm },
    {
      what: "first caption / warm caption",
      unit: "ratio",
      value: first.least / warm.least,
      note: "of the minimums",
    },
  ];
}
