import { readFileSync } from "node:fs";
import { join } from "node:path";
import { manifestFileName, parseManifest } from "../../core/bundle/manifest.ts";
import { PACKAGE_VERSION } from "../../core/version.ts";
import { releasedModel } from "../../node/released-model.ts";
import { markdownTable } from "./markdown.ts";

/** Returns the table of the versions of the package and of the released model. */
export function versions(): string {
  const { version } = parseManifest(
    JSON.parse(readFileSync(join(releasedModel, manifestFileName), "utf8")),
  );
  return markdownTable(
    ["part", "version"],
    [
      ["package, with the client", PACKAGE_VERSION],
      ["released model", version],
    ],
  );
}
