import { join, resolve } from "node:path";
import { usualImage } from "../images.ts";
import { type Cost, type IsolateCosts, measureIsolate } from "../measure/isolate.ts";
import { summarize } from "../measure/statistics.ts";
import { CannotRun, type Figure, type Part } from "../part.ts";

/** Compares first and warm captions with those of another checkout, isolate by isolate. */
export const against: Part = {
  name: "against",
  title: "This checkout's captions, and those of the one that --against names",
  async run({ model, against: checkout, runs, isolates: count }) {
    if (checkout === undefined) throw new CannotRun("--against names no checkout");
    const image = await usualImage();
    const ours = { bundle: model };
    const theirs = { bundle: join(checkout, "model"), checkout: resolve(checkout) };
    const pairs: Pair[] = [];
    for (let isolate = 0; isolate < count; isolate++) {
      pairs.push({
        here: await measureIsolate(ours, image, runs),
        there: await measureIsolate(theirs, image, runs),
      });
    }
    return [
      ...compare(pairs, "start-up, CPU of the main thread", ({ start }) => [start.main]),
      ...compare(pairs, "first caption, CPU", firstOf("cpu")),
      ...compare(pairs, "first caption, CPU of the main thread", firstOf("main")),
      ...compare(pairs, "first caption, wall", firstOf("wall")),
      ...compare(pairs, "warm caption, CPU", warmOf("cpu")),
      ...compare(pairs, "warm caption, wall", warmOf("wall")),
    ];
  },
};

interface Pair {
  readonly here: IsolateCosts;
  readonly there: IsolateCosts;
}

type Choose = (isolate: IsolateCosts) => readonly number[];

function firstOf(kind: keyof Cost): Choose {
  return ({ early }) => early.slice(0, 1).map((cost) => cost[kind]);
}

function warmOf(kind: keyof Cost): Choose {
  return ({ warm }) => warm.map((cost) => cost[kind]);
}

function compare(pairs: readonly Pair[], what: string, choose: Choose): Figure[] {
  const here = summarize(pairs.flatMap((pair) => choose(pair.here)));
  const there = summarize(pairs.flatMap((pair) => choose(pair.there)));
  return [
    { what, unit: "ms", ...here },
    { what: "  there", unit: "ms", ...there },
    {
      what: "  ratio",
      unit: "ratio",
      value: here.value / there.value,
      least: here.least / there.least,
      note: "of the medians, and of the minimums",
    },
  ];
}
