/** Describes why `fetch` failed: its error only wraps the reason, such as a refused connection. */
export function noAnswer(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return `no answer: ${cause instanceof Error ? cause.message : String(error)}`;
}
