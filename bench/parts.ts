import type { Part } from "./part.ts";
import { throughput } from "./parts/connections.ts";
import { elsewhere } from "./parts/elsewhere.ts";
import { firstCaptions } from "./parts/first-captions.ts";
import { memory } from "./parts/memory.ts";
import { sizes } from "./parts/sizes.ts";
import { stepsOfCaption } from "./parts/steps.ts";

/** All parts, in the order of the table. */
export const parts: readonly Part[] = [
  firstCaptions,
  stepsOfCaption,
  memory,
  throughput,
  elsewhere,
  sizes,
];
