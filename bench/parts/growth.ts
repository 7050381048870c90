import { type Summary, summarize } from "../measure/statistics.ts";
import type { Figure, Part } from "../part.ts";
import { resizedExample, usualSize } from "../pictures.ts";
import { type MeasuredService, startMeasured } from "../service.ts";

/** Photographs of 3:2, by millions of pixels. */
const megapixels = [0.1, 0.3, 1, 3, 6, 12] as const;
const lengths = [1, 5, 10] as const;
const beams = [1, 3, 5] as const;
const warmUp = 15;

/** How a warm caption's cost grows with what is asked for. */
export const growth: Part = {
  name: "growth",
  title: "How a warm caption's CPU grows, in workerd",
  async run({ options }) {
    const service = await startMeasured(options.model);
    try {
      const runs = Math.max(3, Math.ceil(options.runs / 3));
      const usual = await resizedExample(usualSize.width, usualSize.height);
      for (let count = 0; count < warmUp; count++) await service.caption(usual);
      const figures: Figure[] = [];
      for (const size of megapixels) {
        const picture = await resizedExample(...sidesOf(size));
        const what = `${size} megapixels, JPEG`;
        figures.push({ what, unit: "ms", ...(await measure(service, picture, "", runs)) });
      }
      for (const length of lengths) {
        const query = `?max_length=${length}`;
        const what = `at most ${length} word${length === 1 ? "" : "s"}, 1200 x 800`;
        figures.push({ what, unit: "ms", ...(await measure(service, usual, query, runs)) });
      }
      for (const beam of beams) {
        const what = `beam of ${beam}, 1200 x 800`;
        figures.push({
          what,
          unit: "ms",
          ...(await measure(service, usual, `?beam=${beam}`, runs)),
        });
      }
      return figures;
    } finally {
      await service.stop();
    }
  },
};

function sidesOf(size: number): [width: number, height: number] {
  const height = Math.sqrt((size * 1e6) / 1.5);
  return [Math.floor(1.5 * height), Math.floor(height)];
}

async function measure(
  service: MeasuredService,
  picture: Uint8Array<ArrayBuffer>,
  query: string,
  runs: number,
): Promise<Summary> {
  await service.caption(picture, query);
  const times: number[] = [];
  for (let count = 0; count < runs; count++) {
    const before = service.cpu();
    await service.caption(picture, query);
    times.push(service.cpu() - before);
  }
  return summarize(times);
}
