/** Says why `fetch` failed; it wraps the reason in an error that says only that it did. */
export function noAnswer(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return `no answer: ${cause instanceof Error ? cause.message : String(error)}`;
}
