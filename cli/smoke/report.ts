import { ZodError } from "zod";
import { CaptionError } from "../../client/index.ts";
import { firstIssue } from "../../core/errors.ts";
import type { Step } from "./steps.ts";

/** The result of a step. */
export interface Outcome {
  readonly name: string;
  readonly succeeded: boolean;
  /** The answer of the service in a few words, or the fault. */
  readonly text: string;
  readonly milliseconds: number;
}

/** Runs all steps, one after the other, even after one has failed. */
export async function* runSteps<T>(
  steps: readonly (readonly [name: string, step: Step<T>])[],
  trial: T,
): AsyncGenerator<Outcome> {
  for (const [name, step] of steps) {
    const begin = performance.now();
    const [succeeded, text] = await step(trial).then(
      (seen) => [true, seen] as const,
      (error: unknown) => [false, explain(error)] as const,
    );
    yield { name, succeeded, text, milliseconds: Math.round(performance.now() - begin) };
  }
}

/** Formats an outcome as a line. */
export function describe({ name, succeeded, text, milliseconds }: Outcome): string {
  return `${succeeded ? "ok  " : "FAIL"}  ${name}: ${text} (${milliseconds} ms)\n`;
}

function explain(error: unknown): string {
  if (error instanceof ZodError) {
    const { place, message } = firstIssue(error);
    return `the answer differs from its documentation at "${place}": ${message}`;
  }
  if (!(error instanceof CaptionError)) return reasonOf(error);
  const hint =
    error.code === "unauthorized"
      ? " Set CAPTION_KEY to one of the service's keys, or ALT_KEY to one of the site's."
      : "";
  return `the answer is ${error.status} ${error.code}: ${error.message}${hint}`;
}

/** `fetch` gives the reason of a failed connection in its error's cause only. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (error.message !== "fetch failed" || !(cause instanceof Error)) return error.message;
  return `the service cannot be reached: ${cause.message || (cause as NodeJS.ErrnoException).code}`;
}
