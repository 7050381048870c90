import { writeSentence } from "../../../core/vocabulary.ts";
import { type Html, html } from "../../../node/html/page.ts";
import { placeOf, veil } from "../attention-map.ts";
import type { RunRecord } from "../run-record.ts";
import type { ShownPicture } from "../shown-pictures.ts";

/** A validation picture with all that is known of its caption. */
export interface Case {
  readonly id: string;
  readonly words: readonly string[];
  readonly references: readonly (readonly string[])[];
  /** CIDEr-D of the caption. */
  readonly score: number;
  /** Not there where the run did not keep it. */
  readonly picture: ShownPicture | undefined;
}

/** The validation picture of a row. */
export function caseOf({ validation, pictures }: RunRecord, row: number): Case | undefined {
  const id = validation?.ids[row];
  if (validation === undefined || id === undefined) return undefined;
  return {
    id,
    words: validation.candidates[row] ?? [],
    references: validation.references[row] ?? [],
    score: validation.measures.cider.perImage[row] ?? 0,
    picture: pictures?.pictures.find((picture) => picture.id === id),
  };
}

/**
 * The class by which the page's style knows a picture: it is stored once and shown many times. What a
 * class may not hold is written as its code point, so that no two names become one class.
 */
function pictureClass({ id }: ShownPicture): string {
  const plain = id.replace(/[^a-z0-9]/giu, (sign) => `-${sign.codePointAt(0)?.toString(16)}-`);
  return `picture-${plain}`;
}

/** The style that brings in every picture of the run. */
export function pictureStyle(pictures: readonly ShownPicture[]): string {
  return pictures
    .map(
      (picture) =>
        `.${pictureClass(picture)} { background-image: url("data:${picture.type};base64,${picture.bytes}"); }`,
    )
    .join("\n");
}

export interface CardOptions {
  /** What stands below the caption. */
  readonly more?: Html | string;
  /** Whether what people wrote is shown without being asked for. */
  readonly open?: boolean;
}

/** A picture, its caption, what people wrote and where the words looked. */
export async function pictureCard(
  shown: Case,
  run: RunRecord,
  { more = "", open = false }: CardOptions = {},
): Promise<Html> {
  const { id, words, references, score, picture } = shown;
  const caption = writeSentence(words);
  return html`<article class="shown">
${picture ? html`<div class="photo ${pictureClass(picture)}" role="img" aria-label="Photograph ${id}, captioned: ${caption}"></div>` : html`<div class="photo absent">no picture was kept</div>`}
<div>
<p class="caption">${caption === "" ? "(no word at all)" : caption}</p>
<p class="faint">CIDEr-D ${score.toFixed(2)} · <code>${id}</code></p>
${picture ? await strip(shown, picture, run) : ""}
${more}
<details ${open ? "open" : ""}><summary>What people wrote</summary><ul>${references.map((reference) => html`<li>${writeSentence(reference)}</li>`)}</ul></details>
</div>
</article>`;
}

/** The picture once for each word, lit where the word looked. */
async function strip(
  { words }: Case,
  picture: ShownPicture,
  { pictures }: RunRecord,
): Promise<Html | string> {
  const grid = pictures?.grid;
  // A run that was killed while it saved may have kept the looks of other words.
  const same = picture.words.join(" ") === words.join(" ");
  if (grid === undefined || !same || picture.attention.length === 0) return "";
  const veils = await Promise.all(picture.attention.map((weights) => veil(weights, grid)));
  return html`<ol class="strip" aria-label="Where each word looked">${words.map((word, index) => {
    const place = placeOf(picture.attention[index] ?? [], grid);
    return html`<li><span class="look ${pictureClass(picture)}"><img src="${veils[index] ?? ""}" alt="looked most at the ${place}"></span><span class="word">${word}</span></li>
`;
  })}</ol>`;
}
