/**
 * `npm run assets`: fills the folder of the Worker's static assets. wrangler runs it before each build.
 */

import { writeAssets } from "../node/assets.ts";
import { createCommand, runCommand } from "../node/cli/command.ts";

await runCommand(async () => {
  createCommand(
    "npm run assets --",
    "Fills the folder of the Worker's static assets, as wrangler does before each build.",
  ).parse();
  await writeAssets();
});
