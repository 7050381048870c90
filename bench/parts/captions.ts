import { usualImage } from "../images.ts";
import { type IsolateCosts, measureIsolate } from "../measure/isolate.ts";
import { summarize } from "../measure/statistics.ts";
import type { Figure, Part } from "../part.ts";

/** Measures the first requests of fresh isolates, and those of warm ones. */
export const captions: Part = {
  name: "captions",
  title: "POST /caption in workerd: 1200 x 800 JPEG, greedy search",
  async run({ model, runs, isolates: count }) {
    const image = await usualImage();
    const isolates: IsolateCosts[] = [];
    for (let isolate = 0; isolate < count; isolate++) {
      isolates.push(await measureIsolate({ bundle: model }, image, runs));
    }
    return describe(isolates);
  },
};

function describe(isolates: readonly IsolateCosts[]): Figure[] {
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
      isolates.map(({ start }) => start.cpu),
    ),
    row(
      "start-up, CPU of the main thread",
      isolates.map(({ start }) => start.main),
    ),
    row(
      "a request without a model, CPU",
      isolates.map(({ health }) => health.cpu),
    ),
    { what: "first caption, CPU", unit: "ms", ...first },
    row(
      "first caption, CPU of the main thread",
      isolates.map((isolate) => isolate.early[0]?.main ?? 0),
    ),
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
