import { writeSentence } from "../../../core/vocabulary.ts";
import { type Html, html } from "../../../node/html/page.ts";
import { type MeasuredPoint, measuredPoints, pointName } from "../../history.ts";
import type { RunRecord } from "../../run-record.ts";
import { sampleRows } from "../choose.ts";
import { caseOf, imageCard } from "./image-card.ts";

/** A caption and the epochs after which it was written. */
interface Spell {
  readonly caption: string;
  readonly first: MeasuredPoint;
  readonly last: MeasuredPoint;
}

/** Shows a few validation images with their captions after each epoch. */
export async function samples(run: RunRecord): Promise<Html> {
  const { validation, options, history } = run;
  if (validation === undefined) return html`<p>The run kept no captions of validation images.</p>`;
  const cards: Html[] = [];
  for (const row of sampleRows(options.seed, validation.ids.length)) {
    const shown = caseOf(run, row);
    if (shown === undefined) continue;
    cards.push(await imageCard(shown, run, { more: timeline(measuredPoints(history), shown.id) }));
  }
  return html`<p>The same ${cards.length} validation images, drawn by the seed, after every epoch. The large caption is by the best weights.</p>${cards}`;
}

function timeline(points: readonly MeasuredPoint[], id: string): Html | string {
  const spells = spellsOf(points, id);
  if (spells.length === 0) return "";
  return html`<table class="timeline"><caption>Captions over time</caption><tbody>${spells.map(
    ({ caption, first, last }) =>
      html`<tr><th scope="row">${spellName(first, last)}</th><td>${writeSentence(caption === "" ? [] : caption.split(" "))}</td></tr>
`,
  )}</tbody></table>`;
}

/** Joins equal captions of successive epochs. */
function spellsOf(points: readonly MeasuredPoint[], id: string): Spell[] {
  const spells: Spell[] = [];
  for (const point of points) {
    const caption = point.samples[id];
    if (caption === undefined) continue;
    const before = spells.at(-1);
    if (before?.caption === caption) spells[spells.length - 1] = { ...before, last: point };
    else spells.push({ caption, first: point, last: point });
  }
  return spells;
}

function spellName(first: MeasuredPoint, last: MeasuredPoint): string {
  if (first === last) return pointName(first);
  if (first.stage === last.stage && last.stage !== undefined)
    return `${pointName(first)} to ${last.epoch}`;
  return `${pointName(first)} to ${pointName(last)}`;
}
