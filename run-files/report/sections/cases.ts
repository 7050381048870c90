import { type Html, html } from "../../../node/html/page.ts";
import { extremeRows } from "../choose.ts";
import type { RunRecord } from "../run-record.ts";
import { caseOf, pictureCard } from "./picture-card.ts";

/** Below it a caption has next to nothing in common with people's. */
const lowScore = 0.1;

/** The validation captions that score best and worst. */
export async function cases(run: RunRecord): Promise<Html> {
  const scores = run.validation?.measures.cider.perImage;
  if (scores === undefined) return html`<p>No captions of validation images were kept.</p>`;
  const { best, worst } = extremeRows(scores);
  const low = scores.filter((score) => score < lowScore).length;
  return html`<p>By the CIDEr-D of the single caption. ${low} of ${scores.length} captions score below ${lowScore}: they share hardly a word with what people wrote.</p>
<h3>Best</h3>${await cards(run, best)}
<h3>Worst</h3>${await cards(run, worst)}`;
}

async function cards(run: RunRecord, rows: readonly number[]): Promise<Html[]> {
  const cards: Html[] = [];
  for (const row of rows) {
    const shown = caseOf(run, row);
    if (shown) cards.push(await pictureCard(shown, run, { open: true }));
  }
  return cards;
}
