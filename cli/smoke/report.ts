import { ZodError } from "zod";
import { CaptionError } from "../../client/index.ts";
import { firstIssue } from "../../core/errors.ts";
import { steps, type Trial } from "./steps.ts";

/** How a step went. */
export interface Outcome {
  readonly name: string;
  readonly succeeded: boolean;
  /** What was seen, or what was wrong. */
  readonly text: string;
  readonly milliseconds: number;
}

/** Tries everything, one after the other, also after something has failed. */
export async function* trySmoke(trial: Trial): AsyncGenerator<Outcome> {
  for (const [name, step] of steps) {
    const begin = performance.now();
    const [succeeded, text] = await step(trial).then(
      (seen) => [true, seen] as const,
      (error: unknown) => [false, explain(error)] as const,
    );
    yield { name, succeeded, text, milliseconds: Math.round(performance.now() - begin) };
  }
}

/** A line to print. */
export function describe({ name, succeeded, text, milliseconds }: Outcome): string {
  return `${succeeded ? "ok  " : "FAIL"}  ${name}: ${text} (${milliseconds} ms)\n`;
}

function explain(error: unknown): string {
  if (error instanceof ZodError) {
    const { place, message } = firstIssue(error);
    return `it is not as documented at "${place}": ${message}`;
  }
  if (!(error instanceof CaptionError)) return reasonOf(error);
  const hint = error.code === "unauthorized" ? " Set CAPTION_KEY to one of its keys." : "";
  return `it was answered with ${error.status} ${error.code}: ${error.message}${hint}`;
}

/** `fetch` says only in its cause what went wrong. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (error.message !== "fetch failed" || !(cause instanceof Error)) return error.message;
  return `it cannot be reached: ${cause.message || (cause as NodeJS.ErrnoException).code}`;
}
