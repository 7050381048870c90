import { type Html, html } from "../../../node/html/page.ts";
import { extremeRows } from "../choose.ts";
import type { RunRecord } from "../run-record.ts";
import { caseOf, pictureCard } from "./picture-card.ts";

/** The validation captions that score best and worst. */
export async function cases(run: RunRecord): Promise<Html> {
  const scores = run.validation?.measures.cider.perImage;
  if (scores === undefined) return html`<p>No captions of validation images were kept.</p>`;
  const { best, worst } = extremeRows(scores);
  const zero = scores.filter((score) => score === 0).length;
  return html`<p>By the CIDEr-D of the single caption. ${zero} of ${scores.length} captions share no weighted word with what people wrote and score 0.</p>
<h3>Best</h3>${await cards(run, best)}
<h3>Worst</h3>${await cards(run, worst)}`;
}

async function cards(run: RunRecord, rows: readonly number[]): Promise<Html[]> {
  const cards: Html[] = [];
  for (const row of rows) {
    const shown = caseOf(run, row);
    if (shown) cards.push(await pictureCard(shown, run));
  }
  return cards;
}
