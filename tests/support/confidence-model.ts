import type { ConfidenceModel } from "../../core/confidence/schema.ts";

/** A confidence model: the logistic function of the words' mean log-probability. */
export const LOG_PROBABILITY_CONFIDENCE: ConfidenceModel = {
  bias: 0,
  terms: [{ feature: "meanLogProbability", mean: 0, deviation: 1, weight: 1 }],
  words: {},
  threshold: 0.45,
  fitted: {
    sets: [{ dataset: "none", images: 1, areaUnderRoc: 0.5, calibrationError: 0 }],
    areaUnderRoc: 0.5,
    calibrationError: 0,
  },
};
