import type { UnrolledNetwork } from "../model/unrolled.ts";
import type { Stage } from "../stages.ts";
import type { Training } from "../training.ts";
import { humanTargets } from "./caption-batch.ts";
import type { Objective } from "./objective.ts";
import { selfCritical } from "./self-critical.ts";
import { teacherForcing } from "./teacher-forcing.ts";

/** Makes the objective of a stage. */
export function objectiveOf(
  { objective }: Stage,
  { options, train, vocabulary }: Training,
  network: UnrolledNetwork,
): Objective {
  if (objective === "self-critical") {
    return selfCritical(network, train, vocabulary, options);
  }
  return teacherForcing(network, humanTargets(train, vocabulary), {
    ...options,
    forbidden: vocabulary.unspeakableTokens,
  });
}
