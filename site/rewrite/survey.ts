import type { Place } from "../image.ts";
import { imageSource, readAttribute } from "./image-source.ts";
import { Marks } from "./marks.ts";

/** An image without alternative text, as a page writes it. */
export interface FoundImage {
  /** The image's URL, relative to the page's base. */
  readonly source: string;
  readonly place: Place;
  /** Which `img` without `alt` of the page it is, from 0; undefined for `input` and `area`. */
  readonly ordinal?: number;
}

/** What a page shows. */
export interface Survey {
  /** The `href` of the first `<base>`. */
  readonly base: string | undefined;
  /** The number of `img` elements, with or without alternative text. */
  readonly total: number;
  readonly found: readonly FoundImage[];
}

/** Images without the attribute; their order is what ordinals count. */
export const LACKING = "img:not([alt])";

/** Elements that images are hidden or inert in. Declarative shadow roots are shown. */
const HIDING =
  '[aria-hidden="true" i] img:not([alt]), template:not([shadowrootmode]) img:not([alt])';

/** Images in an element whose name is the alternative text of an image alone in it. */
const NAMING = "a[href] img:not([alt]), button img:not([alt])";

/**
 * Lists the images of a page that lack alternative text. Content of `noscript` is raw text to the
 * rewriter, so its images are not seen.
 *
 * Each call from the rewriter costs microseconds, so handlers run for images only. What
 * surrounds an image in a link is read from the rewriter's output, where marks show the images.
 *
 * @param html - with a `Content-Type` that names the page's charset.
 * @param skipSelector - images that match it are left out; empty for none.
 * @throws {TypeError} where the rewriter refuses the page: ambiguous markup, UTF-16, an unknown charset.
 */
export async function surveyImages(html: Response, skipSelector: string): Promise<Survey> {
  const surveyor = new Surveyor();
  const rewriter = new HTMLRewriter();
  // Handlers of an element run in the order in which they are added.
  const skip = { element: () => surveyor.skipNext() };
  if (skipSelector !== "") rewriter.on(skipSelector, skip);
  rewriter
    .on(HIDING, skip)
    .on(NAMING, { element: () => surveyor.enterNaming() })
    .on("base[href]", { element: (base) => surveyor.seeBase(base) })
    .on("picture", { element: () => surveyor.startPicture() })
    .on("picture source", { element: (source) => surveyor.seeSource(source) })
    .on("map[name]", { element: (map) => surveyor.startMap(map) })
    .on("area[href]", { element: (area) => surveyor.seeArea(area) })
    .on('input[type="image" i]', { element: (input) => surveyor.seeInput(input) })
    .on("img[alt]", { element: () => surveyor.countNamed() })
    .on("img[usemap]", { element: (image) => surveyor.seeMapOf(image) })
    .on(LACKING, { element: (image) => surveyor.seeImage(image) });
  return surveyor.finish(await rewriter.transform(html).bytes(), charsetParameter(html));
}

function charsetParameter({ headers }: Response): string {
  return headers.get("Content-Type")?.split("charset=")[1] ?? "utf-8";
}

class Surveyor {
  readonly #marks = new Marks();
  #base: string | undefined;
  #count = 0;
  #named = 0;
  readonly #found: (FoundImage & { readonly mark?: string })[] = [];
  #skips = false;
  #isInNaming = false;
  #pictureSource: string | undefined;
  #map: string | undefined;
  readonly #mapsOfAreas = new Set<string>();
  readonly #imagesOfMaps = new Map<string, string>();

  /** Leaves out the element whose handler runs next, if it is an image. */
  skipNext(): void {
    this.#skips = true;
  }

  #takeSkip(): boolean {
    const skips = this.#skips;
    this.#skips = false;
    return skips;
  }

  /** Tells that the image whose handler runs next is in a link or button. */
  enterNaming(): void {
    this.#isInNaming = true;
  }

  seeBase(base: Element): void {
    this.#base ??= readAttribute(base, "href");
  }

  startPicture(): void {
    this.#pictureSource = undefined;
  }

  seeSource(source: Element): void {
    this.#pictureSource ??= imageSource(source);
  }

  startMap(map: Element): void {
    this.#map = readAttribute(map, "name");
  }

  seeArea(area: Element): void {
    if (this.#takeSkip() || area.hasAttribute("alt") || isNamedOtherwise(area)) return;
    if (this.#map !== undefined) this.#mapsOfAreas.add(this.#map);
  }

  seeInput(input: Element): void {
    if (this.#takeSkip() || input.hasAttribute("alt") || isNamedOtherwise(input)) return;
    const source = imageSource(input);
    if (source !== undefined) this.#found.push({ source, place: "input" });
  }

  countNamed(): void {
    this.#named++;
  }

  seeMapOf(image: Element): void {
    const map = readAttribute(image, "usemap")?.replace(/^#/, "");
    const source = map ? imageSource(image) : undefined;
    if (map && source !== undefined) this.#imagesOfMaps.set(map, source);
  }

  seeImage(image: Element): void {
    const ordinal = this.#count++;
    const skips = this.#takeSkip();
    const isInNaming = this.#isInNaming;
    this.#isInNaming = false;
    const pictureSource = this.#pictureSource;
    this.#pictureSource = undefined;
    if (skips || isDecorative(image) || isNamedOtherwise(image)) return;
    const source = imageSource(image) ?? pictureSource;
    if (source === undefined) return;
    const mark = isInNaming ? this.#marks.markBefore(image) : undefined;
    this.#found.push({ source, ordinal, place: "img", ...(mark === undefined ? {} : { mark }) });
  }

  /** @param marked - the page with its marks. */
  finish(marked: Uint8Array, charset: string): Survey {
    const isAlone = this.#marks.judge(marked, charset);
    const found = this.#found.map(({ mark, ...image }): FoundImage => {
      return mark !== undefined && isAlone(mark) ? { ...image, place: "link" } : image;
    });
    const areas = [...this.#mapsOfAreas].flatMap((map) => this.#imagesOfMaps.get(map) ?? []);
    found.push(...areas.map((source): FoundImage => ({ source, place: "area" })));
    return { base: this.#base, total: this.#count + this.#named, found };
  }
}

/** Tells whether assistive technology ignores an image, or it is too small to show anything. */
function isDecorative(image: Element): boolean {
  const role = image.getAttribute("role")?.trim().toLowerCase();
  if (role === "presentation" || role === "none") return true;
  if (image.getAttribute("aria-hidden")?.trim().toLowerCase() === "true") return true;
  return isPoint(image.getAttribute("width")) && isPoint(image.getAttribute("height"));
}

function isPoint(length: string | null): boolean {
  return length !== null && Number.parseInt(length, 10) <= 1;
}

/** Tells whether ARIA names an element, which outweighs its `alt`. */
function isNamedOtherwise(element: Element): boolean {
  return ["aria-label", "aria-labelledby"].some(
    (name) => (element.getAttribute(name)?.trim() ?? "") !== "",
  );
}
