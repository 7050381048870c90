import type { Part } from "./part.ts";
import { cacheHit } from "./parts/cache.ts";
import { throughput } from "./parts/connections.ts";
import { converting } from "./parts/converting.ts";
import { elsewhere } from "./parts/elsewhere.ts";
import { firstCaptions } from "./parts/first-captions.ts";
import { growth } from "./parts/growth.ts";
import { memory } from "./parts/memory.ts";
import { sizes } from "./parts/sizes.ts";
import { stepsOfCaption } from "./parts/steps.ts";
import { training } from "./parts/training.ts";
import { vitGpt2 } from "./parts/vit-gpt2.ts";

/** All parts, in the order of the table. */
export const parts: readonly Part[] = [
  firstCaptions,
  stepsOfCaption,
  memory,
  throughput,
  cacheHit,
  growth,
  elsewhere,
  vitGpt2,
  training,
  converting,
  sizes,
];
