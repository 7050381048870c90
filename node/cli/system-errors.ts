import { getSystemErrorMessage } from "node:util";

/** Returns the system's text for a failure, such as "no such file or directory". */
export function systemErrorText(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const isSystemError = "errno" in cause && Number.isInteger(cause.errno);
  return isSystemError ? getSystemErrorMessage(Number(cause.errno)) : cause.message;
}
