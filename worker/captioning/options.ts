import type { OptionsQuery } from "../../core/api/caption-options.ts";
import type { Manifest } from "../../core/bundle/manifest.ts";
import { Problem } from "../http/problem.ts";

/** The options of a caption with all defaults filled in; they are part of the cache's key. */
export interface AnswerOptions {
  readonly beamSize: number;
  /** The largest number of words. */
  readonly maximumLength: number;
  /** How many captions are listed; 0 lists none. */
  readonly alternatives: number;
  readonly attention: boolean;
}

/** The options of a request, before the model's own defaults are known. */
export type RequestedOptions = Omit<AnswerOptions, "maximumLength"> &
  Partial<Pick<AnswerOptions, "maximumLength">>;

/**
 * Reads the options from a query that fits its schema.
 *
 * @throws {Problem} `invalid_parameter`
 */
export function readOptions(query: Omit<OptionsQuery, "format">): RequestedOptions {
  const { alternatives = 0, max_length: maximumLength } = query;
  const beamSize = query.beam ?? Math.max(1, alternatives);
  if (alternatives > beamSize) {
    throw new Problem(
      "invalid_parameter",
      `A beam of ${beamSize} finds ${beamSize} captions, fewer than ${alternatives} alternatives: raise beam or lower alternatives.`,
    );
  }
  return {
    beamSize,
    alternatives,
    attention: query.attention === "true",
    ...(maximumLength === undefined ? {} : { maximumLength }),
  };
}

/**
 * Fills in the model's defaults, and checks that the model can do what is asked.
 *
 * @throws {Problem} `attention_unavailable`
 */
export function resolveOptions(
  requested: RequestedOptions,
  { name, network, maximumLength }: Manifest,
): AnswerOptions {
  if (requested.attention && !(network.regions && network.decoder.attention)) {
    throw new Problem("attention_unavailable", `${name} has no attention over regions.`);
  }
  const { beamSize, alternatives, attention } = requested;
  return {
    beamSize,
    maximumLength: requested.maximumLength ?? maximumLength,
    alternatives,
    attention,
  };
}
