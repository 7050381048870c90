import type { OptionsQuery } from "../api/caption-options.ts";
import type { ProblemCode } from "../api/problems.ts";
import type { Manifest } from "../bundle/manifest.ts";
import type { CaptionOptions } from "../captioner.ts";
import { UserError } from "../errors.ts";

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
  /** Absent if the model has no styles. */
  readonly style?: string;
}

/** The options of a request, before the model's own defaults are known. */
export type RequestedOptions = Omit<AnswerOptions, "maximumLength"> &
  CaptionOptions & {
    /** Decides what is shown of an answer, not which answer it is, so it is not in the cache's key. */
    readonly minConfidence?: number | undefined;
  };

/**
 * Reads the options from a query that fits its schema.
 *
 * @param standard - what holds where the query does not say.
 * @throws {UserError} `invalid_parameter`
 */
export function readOptions(
  query: Omit<OptionsQuery, "format">,
  standard: Readonly<Required<Pick<OptionsQuery, "neutral">>>,
): RequestedOptions {
  const { alternatives = 0, neutral = standard.neutral } = query;
  const beamSize = query.beam ?? Math.max(1, alternatives);
  if (alternatives > beamSize) {
    throw refusal(
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
    ...(query.style === undefined ? {} : { style: query.style }),
    minConfidence: query.min_confidence,
  };
}

/**
 * Fills in the model's defaults, and checks that the model can do what is asked.
 *
 * @throws {UserError} `attention_unavailable`, `unknown_style`, `no_calibration`
 */
export function resolveOptions(requested: RequestedOptions, manifest: Manifest): AnswerOptions {
  const { name, network, maximumLength } = manifest;
  if (requested.attention && !(network.regions && network.decoder.attention)) {
    throw refusal("attention_unavailable", `${name} has no attention over regions.`);
  }
  const { minConfidence, ...options } = requested;
  if (minConfidence !== undefined && manifest.confidence === undefined) {
    throw refusal(
      "no_calibration",
      `${name} is not calibrated, so its captions have no confidence: leave min_confidence out.`,
    );
  }
  const style = resolveStyle(requested.style, manifest);
  return {
    ...options,
    maximumLength: requested.maximumLength ?? maximumLength,
    ...(style === undefined ? {} : { style }),
  };
}

function resolveStyle(
  style: string | undefined,
  { name, styles = [], defaultStyle }: Manifest,
): string | undefined {
  if (style === undefined || styles.includes(style)) return style ?? defaultStyle;
  const known = styles.length === 0 ? "It has none." : `It has ${styles.join(", ")}.`;
  throw refusal("unknown_style", `${name} has no style "${style}". ${known}`);
}

/** Restricts the codes to those that the service answers with. */
function refusal(code: ProblemCode, message: string): UserError {
  return new UserError(code, message);
}
