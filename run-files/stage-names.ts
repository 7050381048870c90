/** The stages of a training, in their order, as a run's log names them. */
const stageNames = ["frozen", "fine-tune", "self-critical", "joint"] as const;
export type StageName = (typeof stageNames)[number];
