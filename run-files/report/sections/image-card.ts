import { writeSentence } from "../../../core/vocabulary.ts";
import { type Html, html } from "../../../node/html/page.ts";
import type { RunRecord } from "../../run-record.ts";
import type { ShownImage } from "../../shown-images.ts";
import { overlay, placeOf } from "../attention-map.ts";

/** A validation image with its caption, references and score. */
interface Case {
  readonly id: string;
  readonly words: readonly string[];
  readonly references: readonly (readonly string[])[];
  /** CIDEr-D of the caption. */
  readonly score: number;
  /** Absent if the run did not keep it. */
  readonly image: ShownImage | undefined;
}

/** Returns the validation image of a row. */
export function caseOf({ validation, shown }: RunRecord, row: number): Case | undefined {
  const id = validation?.ids[row];
  if (validation === undefined || id === undefined) return undefined;
  return {
    id,
    words: validation.candidates[row] ?? [],
    references: validation.references[row] ?? [],
    score: validation.scores[row] ?? 0,
    image: shown?.pictures.find((image) => image.id === id),
  };
}

/**
 * Returns the CSS class of an image: the page contains the image once, in the class, and shows it many
 * times. Characters that a class may not contain become their code points, so that no two names share
 * a class.
 */
function imageClass({ id }: ShownImage): string {
  const plain = id.replace(/[^a-z0-9]/giu, (sign) => `-${sign.codePointAt(0)?.toString(16)}-`);
  return `image-${plain}`;
}

/** Writes the style that holds every image of the run. */
export function imageStyle(images: readonly ShownImage[]): string {
  return images
    .map(
      (image) =>
        `.${imageClass(image)} { background-image: url("data:${image.type};base64,${image.bytes}"); }`,
    )
    .join("\n");
}

interface CardOptions {
  /** Markup below the caption. */
  readonly more?: Html | string;
  /** Whether the references are shown at once. */
  readonly open?: boolean;
}

/** Shows an image with its caption, its references and where each word looked. */
export async function imageCard(
  shown: Case,
  run: RunRecord,
  { more = "", open = false }: CardOptions = {},
): Promise<Html> {
  const { id, words, references, score, image } = shown;
  const caption = writeSentence(words);
  return html`<article class="shown">
${image ? html`<div class="photo ${imageClass(image)}" role="img" aria-label="Photograph ${id}, captioned: ${caption}"></div>` : html`<div class="photo absent">the image was not kept</div>`}
<div>
<p class="caption">${caption === "" ? "(no words)" : caption}</p>
<p class="faint">CIDEr-D ${score.toFixed(2)} · <code>${id}</code></p>
${image ? await strip(shown, image, run) : ""}
${more}
<details ${open ? "open" : ""}><summary>References</summary><ul>${references.map((reference) => html`<li>${writeSentence(reference)}</li>`)}</ul></details>
</div>
</article>`;
}

/** Shows the image once for each word, under the overlay of the word's attention. */
async function strip(
  { words }: Case,
  image: ShownImage,
  { shown }: RunRecord,
): Promise<Html | string> {
  const grid = shown?.grid;
  // A run killed while it saved may have kept the attention of another epoch's caption.
  const same = image.words.join(" ") === words.join(" ");
  if (grid === undefined || !same || image.attention.length === 0) return "";
  const overlays = await Promise.all(image.attention.map((weights) => overlay(weights, grid)));
  return html`<ol class="strip" aria-label="Where each word looked">${words.map((word, index) => {
    const place = placeOf(image.attention[index] ?? [], grid);
    return html`<li><span class="look ${imageClass(image)}"><img src="${overlays[index] ?? ""}" alt="looked most at the ${place}"></span><span class="word">${word}</span></li>
`;
  })}</ol>`;
}
