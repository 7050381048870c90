/** Distance from an image within which its link is searched, in characters. */
const REACH = 10_000;

/** What is no text of a page, whatever it contains. */
const NO_TEXT = /<!--[\s\S]*?-->|<(script|style|noscript|template)\b[\s\S]*?<\/\1\s*>/gi;

const TAG = /<[a-z/!?](?:"[^"]*"|'[^']*'|[^'">])*>/gi;
const TEXT_OF_IMAGE = /^<img\b[\s\S]*?\salt\s*=\s*(?:"\s*[^"\s]|'\s*[^'\s]|[^\s"'>])/i;
const SPACE = /&nbsp;|&#160;|&#xa0;/gi;

/**
 * Marks images in links and buttons in the rewriter's output, and judges by what stands around a mark
 * whether the image is alone there.
 */
export class Marks {
  /** A page cannot contain what is drawn after it was written. */
  readonly #token = crypto.randomUUID();
  #count = 0;

  /** Marks an image. The output must not reach a visitor. */
  markBefore(image: Element): string {
    const mark = `${this.#token}-${this.#count++};`;
    image.before(mark, { html: true });
    return mark;
  }

  /**
   * Reads a page with marks.
   *
   * @returns tells of a mark whether its image is alone in a link or button; also if that is not clear,
   *   as a link's target must not be described by a wrong text.
   */
  judge(marked: Uint8Array, charset: string): (mark: string) => boolean {
    if (this.#count === 0) return () => false;
    const page = new TextDecoder(charset).decode(marked).replace(NO_TEXT, "");
    const ownMarks = new RegExp(`${this.#token}-\\d+;`, "g");
    return (mark) => {
      const at = page.indexOf(mark);
      if (at < 0) return true;
      const before = page.slice(Math.max(0, at - REACH), at);
      const after = page.slice(at + mark.length, at + REACH);
      const content = contentAround(before, after);
      return content !== undefined && !hasText(content.replace(ownMarks, ""));
    };
  }
}

/** Returns what a link or button contains, as markup; undefined if the place is in neither. */
function contentAround(before: string, after: string): string | undefined {
  for (const name of ["a", "button"]) {
    const starts = [...before.matchAll(new RegExp(`<${name}(?=[\\s>])`, "gi"))];
    const start = starts.at(-1)?.index ?? -1;
    if (start < 0 || new RegExp(`</${name}\\s*>`, "i").test(before.slice(start))) continue;
    // A link that is not closed ends where the next one begins.
    const end = after.search(new RegExp(`</?${name}[\\s>]`, "i"));
    return before.slice(start) + (end < 0 ? after : after.slice(0, end));
  }
  return undefined;
}

function hasText(markup: string): boolean {
  const tags = markup.match(TAG) ?? [];
  if (tags.some((tag) => TEXT_OF_IMAGE.test(tag))) return true;
  return markup.replace(TAG, "").replace(SPACE, "").trim() !== "";
}
