import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { checkDocs, type Finding } from "../../cli/check-docs/check.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

const SOURCE = `
/** Reads the file. */
export function documented(): void {}
export function bare(): void {}
/** The sum of two numbers. */
export function noun(a: number, b: number): number { return a + b; }
/** Values of the list. */
export const plural = (list: number[]) => list;
/** Adds up numbers. */
export function withoutShape(values: Float32Array): number { return values.length; }
/** Adds up numbers, \`[N]\`. */
export function withShape(values: Float32Array): number { return values.length; }
/** Reads a file's bytes. */
export function ofFile(bytes: Uint8Array): number { return bytes.length; }
/** Refuses. */
export function throwing(): never { throw new UserError("bad_thing", "This is bad."); }
/**
 * Refuses.
 *
 * @throws {UserError} \`bad_thing\` always
 */
export const documentedThrowing = (): never => { throw new UserError("bad_thing", "This is bad."); };
/**
 * Refuses.
 *
 * @throws {UserError} \`other_thing\` always
 */
export function wrongCode(): never { throw new UserError("bad_thing", "This is bad."); }
export class Bare {}
/** Counts things. */
export class Counter {}
function hidden(): void {}
class UserError extends Error {
  constructor(readonly code: string, message: string) { super(message); }
}
hidden();
`;

describe("the check of the documentation", () => {
  const folder = sharedFolder();
  let findings: Finding[];
  beforeAll(async () => {
    await mkdir(join(folder, "core"));
    await writeFile(join(folder, "core/tsconfig.json"), '{ "include": ["*.ts"] }');
    await writeFile(join(folder, "core/functions.ts"), SOURCE);
    findings = checkDocs(folder, ["core/tsconfig.json"]);
  });

  test("lists what is missing, and nothing else", () => {
    expect(findings.map(({ message }) => message)).toEqual([
      "bare has no TSDoc",
      "the TSDoc of noun begins without a verb",
      "the TSDoc of plural begins without a verb",
      "the TSDoc of withoutShape names no shape",
      "the TSDoc of throwing has no @throws for `bad_thing`",
      "the TSDoc of wrongCode has no @throws for `bad_thing`",
      "Bare has no TSDoc",
    ]);
  });

  test("says where", () => {
    expect(findings[0]).toMatchObject({ path: "core/functions.ts", line: 4 });
  });
});
