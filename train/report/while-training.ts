import { writeReport } from "../../run-files/report/index.ts";
import type { RunFolder } from "../../run-files/run-folder.ts";

/**
 * Writes a run's report while it trains. A failure is a warning: hours of training are worth more
 * than a page, which `npm run report` writes again.
 */
export async function reportWhileTraining(folder: RunFolder): Promise<void> {
  try {
    await writeReport(folder);
  } catch (error) {
    const stack = error instanceof Error ? error.stack : String(error);
    process.stderr.write(`warning: the report could not be written, training goes on: ${stack}\n`);
  }
}
