import type { OptionsQuery } from "../../core/api/caption-options.ts";
import type { CaptionOptions } from "../../core/captioner.ts";
import { Problem } from "../problem.ts";

/** What a caption is to be like. */
export interface AnswerOptions {
  readonly search: CaptionOptions;
  /** How many captions are listed; none unless asked for. */
  readonly alternatives: number;
  readonly attention: boolean;
}

/** @throws Problem `invalid_parameter` */
export function readOptions(query: OptionsQuery): AnswerOptions {
  const { alternatives = 0, max_length: maximumLength } = query;
  const beamSize = query.beam ?? Math.max(1, alternatives);
  if (alternatives > beamSize) {
    throw new Problem(
      "invalid_parameter",
      `A beam of ${beamSize} finds ${beamSize} captions: ask for fewer than ${alternatives} alternatives.`,
    );
  }
  const search = { beamSize, ...(maximumLength === undefined ? {} : { maximumLength }) };
  return { search, alternatives, attention: query.attention === "true" };
}
