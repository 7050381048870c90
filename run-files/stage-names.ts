import { z } from "zod";

/** Name of a stage of a training, as its log has it. */
export const stageNameSchema = z.enum(["frozen", "fine-tune", "self-critical", "joint"]);
export type StageName = z.infer<typeof stageNameSchema>;

interface StageFacts {
  readonly trainsBackbone: boolean;
  /** Whether the stage minimises the cross-entropy of words. */
  readonly learnsWords: boolean;
}

/** Facts about each stage, for readers of runs. */
const STAGE_FACTS: Readonly<Record<StageName, StageFacts>> = {
  frozen: { trainsBackbone: false, learnsWords: true },
  "fine-tune": { trainsBackbone: true, learnsWords: true },
  "self-critical": { trainsBackbone: false, learnsWords: false },
  joint: { trainsBackbone: true, learnsWords: false },
};

/** Returns whether a stage changes the backbone's weights. */
export function trainsBackbone(stage: StageName): boolean {
  return STAGE_FACTS[stage].trainsBackbone;
}

/** Returns whether a stage's loss is the cross-entropy of words. */
export function learnsWords(stage: StageName): boolean {
  return STAGE_FACTS[stage].learnsWords;
}
