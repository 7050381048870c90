import { EXAMPLE_NAMES, exampleImage } from "../images.ts";
import { residentMebibytes } from "../measure/process.ts";
import type { Part } from "../part.ts";
import { type MeasuredService, startMeasured } from "../service.ts";

const CAPTIONS = 200;
const MEBIBYTE = 2 ** 20;

/** Measures the memory of an isolate after one caption, and after many of different images. */
export const memory: Part = {
  name: "memory",
  title: "Memory in workerd",
  async run({ model }) {
    const images = await Promise.all(EXAMPLE_NAMES.map(exampleImage));
    await using service = await startMeasured(model);
    const idle = residentMebibytes(service.pid);
    const captionImages = async (from: number, to: number) => {
      for (let count = from; count < to; count++) {
        const image = images[count % images.length];
        if (image) await service.caption(image);
      }
    };
    await captionImages(0, 1);
    const afterFirst = await memoryOf(service);
    await captionImages(1, CAPTIONS);
    const afterAll = await memoryOf(service);
    return [
      { what: "process before the first caption", unit: "MiB", value: idle },
      { what: "ONNX Runtime's heap after the first caption", unit: "MiB", value: afterFirst.heap },
      { what: "process after the first caption", unit: "MiB", value: afterFirst.process },
      {
        what: `ONNX Runtime's heap after ${CAPTIONS} captions`,
        unit: "MiB",
        value: afterAll.heap,
        note: "an isolate has 128 MB for this heap and JavaScript's",
      },
      { what: `process after ${CAPTIONS} captions`, unit: "MiB", value: afterAll.process },
    ];
  },
};

/** In MiB. */
async function memoryOf(service: MeasuredService) {
  const heap = (await service.heapBytes()) / MEBIBYTE;
  return { heap, process: residentMebibytes(service.pid) };
}
