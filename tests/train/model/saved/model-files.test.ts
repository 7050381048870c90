import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { UserError } from "../../../../core/errors.ts";
import { readModelFiles } from "../../../../train/model/saved/model-files.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

test.each([
  ["nothing", ""],
  ["null", "null"],
  ["a list", "[]"],
  ["another object", '{"name": "edge-caption"}'],
  ["weights that are no list", '{"modelTopology": {}, "weightsManifest": 3}'],
  ["weights without files", '{"modelTopology": {}, "weightsManifest": [{}]}'],
])("a file with %s is refused as a backbone in one line", async (_, text) => {
  const path = join(temporaryFolder(), "model.json");
  writeFileSync(path, text);
  const error = await readModelFiles(path).catch((reason) => reason);
  expect(error).toBeInstanceOf(UserError);
  expect(error).toMatchObject({ code: "invalid_backbone", message: expect.stringContaining(path) });
});
