import { usualImage } from "../images.ts";
import type { Summary } from "../measure/statistics.ts";
import { timeRuns } from "../measure/timing.ts";
import type { Figure, Part } from "../part.ts";
import { type MeasuredService, type StepName, startMeasured } from "../service.ts";

/** How often a step runs in one request, so that the request itself adds little. */
const REPEAT = 5;
const WARM_UP_REQUESTS = 4;

/** Measures each step of a warm caption. */
export const steps: Part = {
  name: "steps",
  title: "Steps of a warm caption in workerd, CPU: 1200 x 800 JPEG, greedy search",
  async run({ model, runs }) {
    const image = await usualImage();
    await using service = await startMeasured(model);
    const requests = Math.max(2, Math.ceil(runs / REPEAT));
    const measure = (name: StepName) => measureStep(service, name, image, requests);
    const decode = await measure("decode");
    const input = await measure("prepare");
    const prepare = subtract(input, decode, 1);
    // A request makes the network's input once, which is a part of each repetition.
    const once = 1 / REPEAT;
    const encode = subtract(await measure("encode"), input, once);
    const caption = subtract(await measure("caption"), input, once);
    return [
      { what: "decode", unit: "ms", ...decode },
      { what: "prepare", unit: "ms", ...prepare },
      { what: "encode", unit: "ms", ...encode },
      { what: "words", unit: "ms", ...subtract(caption, encode, 1) },
    ] satisfies Figure[];
  },
};

/** Returns the milliseconds of one repetition of a step, the earlier steps' share included. */
function measureStep(
  service: MeasuredService,
  name: StepName,
  image: Uint8Array<ArrayBuffer>,
  runs: number,
): Promise<Summary> {
  const timing = { runs, warmUp: WARM_UP_REQUESTS, repetitions: REPEAT, cpu: service.cpu };
  return timeRuns(() => service.step(name, image, REPEAT), timing);
}

function subtract(whole: Summary, part: Summary, share: number): Summary {
  return {
    value: whole.value - share * part.value,
    least: whole.least - share * part.least,
    runs: whole.runs,
  };
}
