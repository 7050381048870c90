import { getSystemErrorMessage } from "node:util";

/** What the operating system says of a failure, such as "no such file or directory". */
export function systemErrorText(cause: unknown): string {
  const isSystemError = cause instanceof Error && "errno" in cause && Number.isInteger(cause.errno);
  return isSystemError ? getSystemErrorMessage(Number(cause.errno)) : String(cause);
}
