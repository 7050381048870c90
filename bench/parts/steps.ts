import { type Summary, summarize } from "../measure/statistics.ts";
import type { Figure, Part } from "../part.ts";
import { resizedExample, usualSize } from "../pictures.ts";
import { type MeasuredService, type StepName, startMeasured } from "../service.ts";

/** Times that a step is done in a request, so that the request itself weighs little. */
const repeat = 5;
const warmUp = 4;

/** Where the time of a warm caption goes. */
export const stepsOfCaption: Part = {
  name: "steps",
  title: "Steps of a warm caption in workerd, CPU: 1200 x 800 JPEG, greedy",
  async run({ options }) {
    const picture = await resizedExample(usualSize.width, usualSize.height);
    const service = await startMeasured(options.model);
    try {
      const requests = Math.max(2, Math.ceil(options.runs / repeat));
      const of = (name: StepName) => measureStep(service, name, picture, requests);
      const decode = await of("decode");
      const prepare = less(await of("prepare"), decode, 1 / repeat);
      const before = 1 / repeat;
      const encode = less(less(await of("encode"), decode, before), prepare, before);
      const caption = less(less(await of("caption"), decode, before), prepare, before);
      return [
        { what: "decode", unit: "ms", ...decode },
        { what: "prepare", unit: "ms", ...prepare },
        { what: "encode", unit: "ms", ...encode },
        { what: "words", unit: "ms", ...less(caption, encode, 1) },
      ] satisfies Figure[];
    } finally {
      await service.stop();
    }
  },
};

/** Milliseconds for one time that the step is done, with its share of what the request needs before. */
async function measureStep(
  service: MeasuredService,
  name: StepName,
  picture: Uint8Array<ArrayBuffer>,
  requests: number,
): Promise<Summary> {
  for (let count = 0; count < warmUp; count++) await service.step(name, picture, repeat);
  const times: number[] = [];
  for (let count = 0; count < requests; count++) {
    const before = service.cpu();
    await service.step(name, picture, repeat);
    times.push((service.cpu() - before) / repeat);
  }
  return summarize(times);
}

function less(all: Summary, part: Summary, share: number): Summary {
  return {
    value: all.value - share * part.value,
    least: all.least - share * part.least,
    runs: all.runs,
  };
}
