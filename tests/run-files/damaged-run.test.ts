import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { UserError } from "../../core/errors.ts";
import { readRunConfig } from "../../run-files/config.ts";
import { checkDescription } from "../../run-files/run-description.ts";
import type { RunFolder } from "../../run-files/run-folder.ts";
import { readRun } from "../../run-files/run-record.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { drawnCaptions, NETWORK, writeRun } from "./compare/run-folders.ts";

/** A finished run, in which one file was changed. */
async function damagedRun(name: string, content: string): Promise<RunFolder> {
  const path = join(temporaryFolder(), "run");
  mkdirSync(path, { recursive: true });
  const folder = await writeRun(path, {}, drawnCaptions(4, 0.5, 1));
  mkdirSync(dirname(join(path, name)), { recursive: true });
  writeFileSync(join(path, name), content);
  return folder;
}

describe("a run with a damaged file", () => {
  test.each([
    ["vocabulary.json", '["<pad>", "<sta'],
    ["vocabulary.json", '{"dog": 4}'],
    ["config.json", '{"options": {}, "command": "npm run train", "dataset": "flickr8k"}'],
    ["validation/results.json", "[{}]"],
  ])("is not reported on, and the error names %s", async (name, content) => {
    const error = await readRun(await damagedRun(name, content)).catch((reason) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ code: "run_invalid", message: expect.stringContaining(name) });
  });

  test("is reported on without images, where their file is damaged", async () => {
    const run = await readRun(await damagedRun("validation/pictures.json", '{"small": tr'));
    expect(run.shown).toBeUndefined();
    expect(run.validation?.ids).toHaveLength(4);
  });

  test.each(["vocabulary.json", "network.json"])(
    "is not resumed, and the error names %s",
    async (name) => {
      const folder = await damagedRun(name, "");
      const config = await readRunConfig(folder);
      const description = { config, network: NETWORK, vocabulary: [] };
      const error = await checkDescription(folder, description).catch((reason) => reason);
      expect(error).toBeInstanceOf(UserError);
      expect(error).toMatchObject({ code: "run_invalid", message: expect.stringContaining(name) });
      expect(readFileSync(join(folder.path, name), "utf8")).toBe("");
    },
  );
});
