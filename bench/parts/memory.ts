import { residentMebibytes } from "../measure/process.ts";
import type { Part } from "../part.ts";
import { exampleNames, examplePicture } from "../pictures.ts";
import { startMeasured } from "../service.ts";

const many = 200;
const mebibyte = 2 ** 20;

/** What an isolate holds, after one caption and after many of different pictures. */
export const memory: Part = {
  name: "memory",
  title: "Memory in workerd",
  async run({ options }) {
    const pictures = await Promise.all(exampleNames.map(examplePicture));
    const service = await startMeasured(options.model);
    try {
      const idle = residentMebibytes(service.pid);
      const [first] = pictures;
      if (first) await service.caption(first);
      const afterFirst = await observe(service);
      for (let count = 1; count < many; count++) {
        const picture = pictures[count % pictures.length];
        if (picture) await service.caption(picture);
      }
      const afterMany = await observe(service);
      return [
        { what: "process before the first caption", unit: "MiB", value: idle },
        {
          what: "ONNX Runtime's heap after the first caption",
          unit: "MiB",
          value: afterFirst.heap,
        },
        { what: "process after the first caption", unit: "MiB", value: afterFirst.process },
        {
          what: `ONNX Runtime's heap after ${many} captions`,
          unit: "MiB",
          value: afterMany.heap,
          note: "an isolate has 128 MB, this heap and JavaScript's included",
        },
        { what: `process after ${many} captions`, unit: "MiB", value: afterMany.process },
      ];
    } finally {
      await service.stop();
    }
  },
};

async function observe(service: { pid: number; memoryBytes(): Promise<number> }) {
  const heap = (await service.memoryBytes()) / mebibyte;
  return { heap, process: residentMebibytes(service.pid) };
}
