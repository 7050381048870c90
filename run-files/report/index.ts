/**
 * The report of a run: one page, made from the files in the run's folder alone.
 *
 * @module
 */
import { basename, resolve } from "node:path";
import { writeAtomically } from "../../node/cli/files.ts";
import { type Html, html, page } from "../../node/html/page.ts";
import type { RunFolder } from "../run-folder.ts";
import { type RunRecord, readRun } from "../run-record.ts";
import { missing } from "./missing.ts";
import { cases } from "./sections/cases.ts";
import { configuration } from "./sections/configuration.ts";
import { curves } from "./sections/curves.ts";
import { data } from "./sections/data.ts";
import { imageStyle } from "./sections/image-card.ts";
import { overview, stateOf } from "./sections/overview.ts";
import { rates } from "./sections/rates.ts";
import { samples } from "./sections/samples.ts";
import { vocabularyUse } from "./sections/vocabulary-use.ts";
import { REPORT_STYLE } from "./style.ts";

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: (run: RunRecord) => Html | Promise<Html>;
}

const sections: readonly Section[] = [
  { id: "curves", title: "Training against validation", body: ({ history }) => curves(history) },
  { id: "rates", title: "Learning rate", body: ({ history }) => rates(history) },
  { id: "samples", title: "Captions over time", body: samples },
  { id: "cases", title: "Best and worst", body: cases },
  { id: "words", title: "Use of words", body: vocabularyUse },
  { id: "configuration", title: "Configuration", body: configuration },
  { id: "data", title: "Data", body: data },
];

/**
 * Writes a run's report into its folder, in place of an earlier one.
 *
 * @returns the report's path.
 * @throws {UserError} `run_not_found`, `run_invalid`
 */
export async function writeReport(folder: RunFolder): Promise<string> {
  await writeAtomically(folder.report, await reportPage(await readRun(folder)));
  return folder.report;
}

async function reportPage(run: RunRecord): Promise<string> {
  const bodies: Html[] = [];
  for (const { id, title, body } of sections) {
    bodies.push(html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${await body(run)}</section>
`);
  }
  return page({
    title: `Training run ${basename(resolve(run.path))}`,
    lead: stateOf(run),
    style: `${REPORT_STYLE}${imageStyle(run.shown?.pictures ?? [])}`,
    body: html`${overview(run)}
${notShown(missing(run))}
<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<div class="${run.shown?.small ? "drawn" : ""}">${bodies}</div>`,
  });
}

function notShown(lacks: readonly string[]): Html | string {
  if (lacks.length === 0) return "";
  return html`<details><summary>What this report does not show</summary><ul>${lacks.map((lack) => html`<li>${lack}</li>`)}</ul></details>`;
}
