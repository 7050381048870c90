/**
 * `npm run report`: writes the reports of runs again, whatever version trained them.
 *
 * @module
 */
import { Command } from "commander";
import { UserError } from "../core/errors.ts";
import { runCommand } from "../node/cli/command.ts";
import { writeReport } from "../run-files/report/index.ts";
import { lacksImages } from "../run-files/report/missing.ts";
import { type RunFolder, runFolder } from "../run-files/run-folder.ts";
import { readRun } from "../run-files/run-record.ts";
import { remakeValidation } from "../train/report/remake.ts";

await runCommand(async () => {
  const command = new Command("npm run report --")
    .argument("<run...>", "folders of runs, finished or not")
    .description(
      "Writes RUN/report.html again. What a run of an older version did not keep is computed again " +
        "while its data set is still there.",
    )
    .parse();
  for (const path of command.args) {
    const folder = runFolder(path);
    await completeRun(folder);
    process.stdout.write(`${await writeReport(folder)}\n`);
  }
});

/** Writes the captions and images of the best epoch, where the run did not keep all of them. */
async function completeRun(folder: RunFolder): Promise<void> {
  const run = await readRun(folder);
  if (run.history.epochs.length === 0 || !lacksImages(run)) return;
  try {
    await remakeValidation(folder);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(
      `warning: the captions of the validation images cannot be written again: ${error.message}\n`,
    );
  }
}
