import type { RunConfig } from "./config.ts";
import { type History, keptEpochs } from "./history.ts";
import { trainsBackbone } from "./stage-names.ts";

/** Returns whether the backbone of a run's kept weights was trained, by the run or by one it started from. */
export function isFineTuned(
  { backbone }: Pick<RunConfig, "backbone">,
  history: Pick<History, "initial" | "epochs">,
): boolean {
  return (
    backbone.fineTuned === true || keptEpochs(history).some(({ stage }) => trainsBackbone(stage))
  );
}
