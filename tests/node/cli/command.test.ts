import { execFile } from "node:child_process";
import { describe, expect, test } from "vitest";

const root = new URL("../../..", import.meta.url).href;

/** Runs a command that consists of one expression. */
function run(expression: string): Promise<{ status: number; stderr: string }> {
  const script = `
    import { runCommand } from "${root}node/cli/command.ts";
    import { writeAtomically } from "${root}node/cli/files.ts";
    import { UserError } from "${root}core/errors.ts";
    await runCommand(async () => { ${expression}; });`;
  return new Promise((resolve) => {
    const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", script];
    execFile(process.execPath, args, (error, _, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code ?? Number.NaN), stderr });
    });
  });
}

describe("a command", () => {
  test("reports a user's mistake in one line", async () => {
    expect(await run(`throw new UserError("too_late", "It is too late: go home.")`)).toEqual({
      status: 1,
      stderr: "error: It is too late: go home. [too_late]\n",
    });
  });

  test("reports an error of the system in one line, with the file", async () => {
    const { status, stderr } = await run(
      `await writeAtomically("${import.meta.filename}/page.html", "")`,
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^error: [^\n]*command\.test\.ts: not a directory \(scandir\)\. \[system_refused\]\n$/,
    );
  });

  test("prints the stack of any other error", async () => {
    const { status, stderr } = await run(`undefined.nothing`);
    expect(status).toBe(1);
    expect(stderr).toMatch(/TypeError[^\n]*\n +at /);
  });
});
