import { UserError } from "../../core/errors.ts";

/**
 * What a check found out, in a line: all is well; something stays open to everybody; something to
 * know; or something that must be done first.
 */
export interface Finding {
  readonly kind: "ok" | "open" | "note" | "fix";
  readonly text: string;
}

export const ok = (text: string): Finding => ({ kind: "ok", text });
export const open = (text: string): Finding => ({ kind: "open", text });
export const note = (text: string): Finding => ({ kind: "note", text });
export const fix = (text: string): Finding => ({ kind: "fix", text });

/** Makes a finding of what the user can mend, so that the other checks still run. */
export async function findings(check: () => Finding[] | Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await check();
  } catch (error) {
    if (error instanceof UserError) return [fix(error.message)];
    throw error;
  }
}

/** A line to print. */
export function describe({ kind, text }: Finding): string {
  return `${kind.padEnd(8)}${text}\n`;
}
