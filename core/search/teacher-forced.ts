import { indexOfLargest } from "./greedy.ts";
import { logSoftmaxRow } from "./log-softmax.ts";
import type { DecoderStep, SearchOptions } from "./step.ts";

/**
 * Returns the most probable token after each prefix of a given caption (teacher forcing), so that an
 * early choice does not affect later ones.
 *
 * @param state - the decoder's state before the first word, one row
 * @param tokens - the caption, without start and end
 * @returns a token for each place of the caption, and one for the end unless the caption is of the
 *   maximum length
 */
export async function teacherForcedChoices<State>(
  decoder: DecoderStep<State>,
  state: State,
  tokens: readonly number[],
  options: SearchOptions,
): Promise<number[]> {
  const given = [options.startToken, ...tokens].slice(0, options.maximumLength);
  const choices: number[] = [];
  let current = state;
  for (const token of given) {
    const output = await decoder.step(Int32Array.of(token), current);
    decoder.release?.(current);
    current = output.state;
    const { scores } = logSoftmaxRow(
      output.logits,
      0,
      decoder.vocabularySize,
      options.forbiddenTokens,
    );
    choices.push(indexOfLargest(scores));
  }
  decoder.release?.(current);
  return choices;
}
