import type { OptionsQuery } from "../../core/api/caption-options.ts";
import type { Manifest } from "../../core/bundle/manifest.ts";
import type { CaptionOptions } from "../../core/captioner.ts";
import { Problem } from "../http/problem.ts";
import type { Settings } from "../settings/index.ts";

/**
 * The options of a caption with all defaults filled in. All of them are part of the cache's key, and
 * the captioner receives them as they are.
 */
export interface AnswerOptions extends CaptionOptions {
  readonly beamSize: number;
  readonly maximumLength: number;
  /** How many captions are listed; 0 lists none. */
  readonly alternatives: number;
  readonly attention: boolean;
}

/** The options of a request, before the model's own defaults are known. */
export type RequestedOptions = Omit<AnswerOptions, "maximumLength"> & CaptionOptions;

/**
 * Reads the options from a query that fits its schema.
 *
 * @throws {Problem} `invalid_parameter`
 */
export function readOptions(
  query: Omit<OptionsQuery, "format">,
  settings: Pick<Settings, "NEUTRAL">,
): RequestedOptions {
  const { alternatives = 0, neutral = settings.NEUTRAL } = query;
  const beamSize = query.beam ?? Math.max(1, alternatives);
  if (alternatives > beamSize) {
    throw new Problem(
      "invalid_parameter",
      `A beam of ${beamSize} finds ${beamSize} captions, fewer than ${alternatives} alternatives: raise beam or lower alternatives.`,
    );
  }
  return {
    beamSize,
    maximumLength: query.max_length,
    maximumCharacters: query.max_characters,
    neutral: neutral === "true",
    alternatives,
    attention: query.attention === "true",
  };
}

/**
 * Fills in the model's defaults, and checks that the model can do what is asked.
 *
 * @throws {Problem} `attention_unavailable`
 */
export function resolveOptions(requested: RequestedOptions, manifest: Manifest): AnswerOptions {
  const { name, network, maximumLength } = manifest;
  if (requested.attention && !(network.regions && network.decoder.attention)) {
    throw new Problem("attention_unavailable", `${name} has no attention over regions.`);
  }
  return { ...requested, maximumLength: requested.maximumLength ?? maximumLength };
}
