import type { Part } from "./part.ts";
import { against } from "./parts/against.ts";
import { baselines } from "./parts/baselines.ts";
import { browser } from "./parts/browser.ts";
import { captions } from "./parts/captions.ts";
import { memory } from "./parts/memory.ts";
import { pages } from "./parts/pages.ts";
import { sizes } from "./parts/sizes.ts";
import { steps } from "./parts/steps.ts";
import { training } from "./parts/training.ts";

/** All parts, in the order of the table. */
export const parts: readonly Part[] = [
  captions,
  against,
  steps,
  memory,
  baselines,
  training,
  pages,
  browser,
  sizes,
];
