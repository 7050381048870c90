import { summarize } from "../measure/statistics.ts";
import type { Figure, Part } from "../part.ts";
import { resizedExample, usualSize } from "../pictures.ts";
import { startMeasured } from "../service.ts";

const early = 5;
const warmUp = 20;

/** What the first requests of an isolate cost, and what those cost that come when it is warm. */
export const firstCaptions: Part = {
  name: "captions",
  title: "POST /caption in workerd: 1200 x 800 JPEG, greedy",
  async run({ options }) {
    const picture = await resizedExample(usualSize.width, usualSize.height);
    const isolates: Isolate[] = [];
    for (let isolate = 0; isolate < options.isolates; isolate++) {
      isolates.push(await measureIsolate(options.model, picture, options.runs));
    }
    return describe(isolates);
  },
};

interface Isolate {
  /** CPU from workerd's beginning until it has answered a request that needs no model. */
  readonly start: number;
  readonly health: number;
  /** CPU and wall time of the first requests. */
  readonly early: readonly { readonly cpu: number; readonly wall: number }[];
  /** CPU of each later request. */
  readonly warm: readonly number[];
}

async function measureIsolate(
  model: string,
  picture: Uint8Array<ArrayBuffer>,
  runs: number,
): Promise<Isolate> {
  const service = await startMeasured(model);
  try {
    const start = service.cpu();
    const health = await spent(service, async () => {
      await (await fetch(`${service.url}/health`)).text();
    });
    const first: Isolate["early"][number][] = [];
    for (let count = 0; count < early; count++) {
      first.push(await spent(service, () => service.caption(picture)));
    }
    for (let count = 0; count < warmUp; count++) await service.caption(picture);
    const warm: number[] = [];
    for (let count = 0; count < runs; count++) {
      warm.push((await spent(service, () => service.caption(picture))).cpu);
    }
    return { start, health: health.cpu, early: first, warm };
  } finally {
    await service.stop();
  }
}

async function spent(service: { cpu(): number }, work: () => Promise<unknown>) {
  const [cpu, wall] = [service.cpu(), performance.now()];
  await work();
  return { cpu: service.cpu() - cpu, wall: performance.now() - wall };
}

function describe(isolates: readonly Isolate[]): Figure[] {
  const cpuOf = (request: number) =>
    summarize(isolates.map((isolate) => isolate.early[request]?.cpu ?? 0));
  const warm = summarize(isolates.flatMap((isolate) => isolate.warm));
  const first = cpuOf(0);
  return [
    {
      what: "start-up, CPU of all of workerd",
      unit: "ms",
      ...summarize(isolates.map(({ start }) => start)),
    },
    {
      what: "a request without a model, CPU",
      unit: "ms",
      ...summarize(isolates.map(({ health }) => health)),
    },
    { what: "first caption, CPU", unit: "ms", ...first },
    {
      what: "first caption, wall",
      unit: "ms",
      ...summarize(isolates.map((isolate) => isolate.early[0]?.wall ?? 0)),
    },
    ...[1, 2, 3, 4].map(
      (request): Figure => ({ what: `caption ${request + 1}, CPU`, unit: "ms", ...cpuOf(request) }),
    ),
    { what: "warm caption, CPU", unit: "ms", ...warm },
    {
      what: "first caption / warm caption",
      unit: "ratio",
      value: first.least / warm.least,
      note: "of the least",
    },
  ];
}
