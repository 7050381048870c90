/**
 * `npm run report`: writes the report of a run again, whatever version trained it.
 *
 * @module
 */
import { readdir } from "node:fs/promises";
import { Command } from "commander";
import { UserError } from "../core/errors.ts";
import { runCommand } from "../node/cli/command.ts";
import { readLog } from "../run-files/log.ts";
import { writeReport } from "../run-files/report/index.ts";
import { readRun } from "../run-files/report/run-record.ts";
import { type RunFolder, runFolder } from "../run-files/run-folder.ts";
import { remakeValidation } from "../train/report/remake.ts";
import { EventFiles } from "../train/tensorboard/event-files.ts";

await runCommand(async () => {
  const command = new Command("npm run report --")
    .argument("<run...>", "folders of runs, finished or not")
    .description(
      "Writes RUN/report.html anew. What a run of an older version did not keep is made again, where " +
        "its data set is still there.",
    )
    .parse();
  for (const path of command.args) {
    const folder = runFolder(path);
    await completeRun(folder);
    await completeEventFiles(folder);
    process.stdout.write(`${await writeReport(folder)}\n`);
  }
});

/** Event files, which older versions did not write. */
async function completeEventFiles(folder: RunFolder): Promise<void> {
  const written = await readdir(folder.tensorBoard).catch(() => []);
  if (written.length > 0) return;
  new EventFiles(folder.tensorBoard).restart(await readLog(folder.log));
}

/** Captions and pictures of the best epoch, where there was one and they were not kept. */
async function completeRun(folder: RunFolder): Promise<void> {
  const { validation, pictures, history } = await readRun(folder);
  const kept = validation !== undefined && pictures !== undefined;
  if (kept || history.epochs.length === 0) return;
  try {
    await remakeValidation(folder);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(
      `warning: the captions of the validation images cannot be made again: ${error.message}\n`,
    );
  }
}
