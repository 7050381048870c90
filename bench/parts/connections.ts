import type { Figure, Part } from "../part.ts";
import { resizedExample, usualSize } from "../pictures.ts";
import { type MeasuredService, startMeasured } from "../service.ts";

const connections = [1, 4, 16] as const;

/** Captions a second when several clients ask at once. An isolate computes one at a time. */
export const throughput: Part = {
  name: "throughput",
  title: "Captions a second in one isolate of workerd: 1200 x 800 JPEG, greedy",
  async run({ options }) {
    const picture = await resizedExample(usualSize.width, usualSize.height);
    // Nobody is sent away: what is measured is how fast the queue moves.
    const service = await startMeasured(options.model, {
      variables: { MAX_JOBS: "16", MAX_WAITING: "16", MAX_WAIT_MS: "60000" },
    });
    try {
      for (let count = 0; count < 10; count++) await service.caption(picture);
      const figures: Figure[] = [];
      for (const clients of connections) {
        figures.push(await measure(service, picture, clients, Math.max(2 * options.runs, clients)));
      }
      return figures;
    } finally {
      await service.stop();
    }
  },
};

async function measure(
  service: MeasuredService,
  picture: Uint8Array<ArrayBuffer>,
  clients: number,
  captions: number,
): Promise<Figure> {
  const [cpu, started] = [service.cpu(), performance.now()];
  let left = captions;
  const client = async () => {
    while (left-- > 0) await service.caption(picture);
  };
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - started) / 1000;
  const each = (service.cpu() - cpu) / captions;
  return {
    what: `${clients} connection${clients === 1 ? "" : "s"}`,
    unit: "1/s",
    value: captions / seconds,
    runs: captions,
    note: `${each.toFixed(1)} ms of CPU a caption`,
  };
}
