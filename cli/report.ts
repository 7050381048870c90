/**
 * `npm run report`: writes the reports of runs again, also of runs of older versions.
 *
 * @module
 */
import { UserError } from "../core/errors.ts";
import { createCommand, runCommand } from "../node/cli/command.ts";
import { measuredPoints } from "../run-files/history.ts";
import { writeReport } from "../run-files/report/index.ts";
import { lacksImages } from "../run-files/report/missing.ts";
import { type RunFolder, runFolder } from "../run-files/run-folder.ts";
import { readRun } from "../run-files/run-record.ts";
import { remakeValidation } from "../train/report/remake.ts";

await runCommand(async () => {
  const command = createCommand(
    "npm run report --",
    "Writes RUN/report.html again. If a run of an older version did not keep all that the report needs, " +
      "it is computed again from the data set.",
  )
    .argument("<run...>", "folders of runs, finished or not")
    .parse();
  for (const path of command.args) {
    const folder = runFolder(path);
    await completeRun(folder);
    process.stdout.write(`${await writeReport(folder)}\n`);
  }
});

/** Writes the captions and images of the best epoch, if the run did not keep all of them. */
async function completeRun(folder: RunFolder): Promise<void> {
  const run = await readRun(folder);
  if (measuredPoints(run.history).length === 0 || !lacksImages(run)) return;
  try {
    await remakeValidation(folder);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(
      `warning: the captions of the validation images cannot be written again: ${error.message}\n`,
    );
  }
}
