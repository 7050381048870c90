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
    ...(query.style === undefined ? {} : { style: query.style }),
    minConfidence: query.min_confidence,
  };
}

/**
 * Fills in the model's defaults, and checks that the model can do what is asked.
 *
 * @throws {Problem} `attention_unavailable`, `unknown_style`, `no_calibration`
 */
export function resolveOptions(requested: RequestedOptions, manifest: Manifest): AnswerOptions {
  const { name, network, maximumLength } = manifest;
  if (requested.attention && !(network.regions && network.decoder.attention)) {
    throw new Problem("attention_unavailable", `${name} has no attention over regions.`);
  }
  const { minConfidence, ...options } = requested;
  if (minConfidence !== undefined && manifest.confidence === undefined) {
    throw new Problem(
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
  throw new Problem("unknown_style", `${name} has no style "${style}". ${known}`);
}
