import { UserError } from "../../core/errors.ts";

/**
 * The result of a check: `ok`, `open` (something that strangers may do), `note`, or `fix` (something that
 * prevents the deployment).
 */
export interface Finding {
  readonly kind: "ok" | "open" | "note" | "fix";
  readonly text: string;
}

/** Makes a finding of something that is right. */
export const ok = (text: string): Finding => ({ kind: "ok", text });

/** Makes a finding of something that strangers may do. */
export const open = (text: string): Finding => ({ kind: "open", text });

/** Makes a finding that the deployer should know. */
export const note = (text: string): Finding => ({ kind: "note", text });

/** Makes a finding that prevents the deployment. */
export const fix = (text: string): Finding => ({ kind: "fix", text });

/** Runs a check, and turns a {@link UserError} into a finding, so that the other checks still run. */
export async function findings(check: () => Finding[] | Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await check();
  } catch (error) {
    if (error instanceof UserError) return [fix(error.message)];
    throw error;
  }
}

/** Formats a finding as a line. */
export function describe({ kind, text }: Finding): string {
  return `${kind.padEnd(8)}${text}\n`;
}
