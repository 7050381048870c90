import type { UnrolledNetwork } from "../model/unrolled.ts";
import type { Stage } from "../stages.ts";
import type { Training } from "../training.ts";
import { encodeCaptions } from "./caption-batch.ts";
import type { Objective } from "./objective.ts";
import { selfCritical } from "./self-critical.ts";
import { teacherForcing } from "./teacher-forcing.ts";

/** What a stage trains towards. */
export function objectiveOf(
  { objective }: Stage,
  { options, train, vocabulary }: Training,
  network: UnrolledNetwork,
): Objective {
  if (objective === "self-critical") {
    return selfCritical(network, train.words, vocabulary, options);
  }
  const captions = encodeCaptions(train.words, vocabulary);
  return teacherForcing(network, captions, options);
}
