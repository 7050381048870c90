import { type Html, html } from "../../../node/html/page.ts";
import type { RunRecord } from "../../run-record.ts";
import { extremeRows } from "../choose.ts";
import { caseOf, imageCard } from "./image-card.ts";

/** CIDEr-D below which a caption has next to nothing in common with its references. */
const LOW_SCORE = 0.1;

/** Shows the validation captions that score best and worst. */
export async function cases(run: RunRecord): Promise<Html> {
  const scores = run.validation?.scores;
  if (scores === undefined) return html`<p>The run kept no captions of validation images.</p>`;
  const { best, worst } = extremeRows(scores);
  const low = scores.filter((score) => score < LOW_SCORE).length;
  return html`<p>By the CIDEr-D of the single caption. ${low} of ${scores.length} captions score below ${LOW_SCORE}: they share hardly a word with their references.</p>
<h3>Best</h3>${await cards(run, best)}
<h3>Worst</h3>${await cards(run, worst)}`;
}

async function cards(run: RunRecord, rows: readonly number[]): Promise<Html[]> {
  const cards: Html[] = [];
  for (const row of rows) {
    const shown = caseOf(run, row);
    if (shown) cards.push(await imageCard(shown, run, { open: true }));
  }
  return cards;
}
