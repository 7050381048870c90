import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { COMMANDS } from "../../toolchain/commands.js";

const root = join(import.meta.dirname, "../..");
const run = promisify(execFile);

/** These pass their arguments on to wrangler, or take only an address. */
const without = new Set(["start", "deploy", "smoke"]);

const commands = [...COMMANDS].flatMap(([name, { steps }]) => {
  const file = steps[0]?.[0] ?? "";
  return file.endsWith(".ts") && !without.has(name) ? [{ name, file }] : [];
});

describe("--help", () => {
  test.for(commands)("of $name begins with the command line", async ({ name, file }) => {
    const { stdout } = await run(process.execPath, [join(root, file), "--help"]);
    expect(stdout).toMatch(new RegExp(`^Usage: npm run ${name} -- (\\[options\\]|<)`));
  });
});
