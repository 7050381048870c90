import { beamSearch } from "./beam.ts";
import { type ConstrainedOptions, constrainedSearch } from "./constrained.ts";
import { greedySearch } from "./greedy.ts";
import type { DecoderStep, Hypothesis } from "./step.ts";

/** The smallest beam that looks for captions within limits on their length. */
const CONSTRAINED_BEAM = 5;

/**
 * Searches for captions of one image that end within the limits of the options. Searches without the
 * limits first, because most captions are within them anyway.
 *
 * @param decoder - does not release states, because both searches begin with the same one
 * @param state - the decoder's state before the first word, one row
 * @param options - with the largest number of captions as `beamSize`; 1 is greedy search
 * @returns the captions, the best first; never none: if none is within the limits, the best of all
 */
export async function searchWithinLimits<State>(
  decoder: Omit<DecoderStep<State>, "release">,
  state: State,
  options: ConstrainedOptions,
): Promise<Hypothesis[]> {
  const { beamSize: count, fits } = options;
  const found =
    count === 1
      ? await greedySearch(decoder, state, 1, options)
      : await beamSearch(decoder, state, options);
  const good = found.filter(({ ended, tokens }) => ended && fits(tokens));
  if (good.length === found.length) return found;

  const beamSize = Math.max(count, CONSTRAINED_BEAM);
  const constrained = await constrainedSearch(decoder, state, count, { ...options, beamSize });
  if (constrained.length === 0) return found.slice(0, 1);
  // The best caption stays the best if it is within the limits.
  const first = good[0] === found[0] ? good : [];
  const others = constrained.filter((other) => !first.some((one) => isSame(one, other)));
  return [...first, ...others].slice(0, count);
}

function isSame(one: Hypothesis, other: Hypothesis): boolean {
  return one.tokens.join() === other.tokens.join();
}
