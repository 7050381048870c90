import type { Place } from "../image.ts";
import { imageSource, readAttribute } from "./image-source.ts";

/** An image without alternative text, as a page writes it. */
export interface FoundImage {
  /** The image's URL, relative to the page's base. */
  readonly source: string;
  readonly place: Place;
  /** Which `img` of the page it is, from 0; undefined for `input` and `area`. */
  readonly ordinal?: number;
}

/** What a page shows. */
export interface Survey {
  /** The `href` of the first `<base>`. */
  readonly base: string | undefined;
  /** The number of `img` elements. */
  readonly total: number;
  readonly found: readonly FoundImage[];
}

/** Elements that images are hidden or inert in. Declarative shadow roots are shown. */
const HIDING = '[aria-hidden="true" i] img, template:not([shadowrootmode]) img';

/** Elements whose name is the alternative text of an image alone in them. */
const NAMED = "a[href], button";

/** Raw text, which names nothing. */
const RAW_IN_NAMED =
  "a[href] noscript, a[href] script, a[href] style, button noscript, button script, button style";

/**
 * Lists the images of a page that lack alternative text. Content of `noscript` is raw text to the
 * rewriter, so its images are not seen.
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
    .on("base[href]", { element: (base) => surveyor.seeBase(base) })
    .on("picture", { element: () => surveyor.startPicture() })
    .on("picture source", { element: (source) => surveyor.seeSource(source) })
    .on("map[name]", { element: (map) => surveyor.startMap(map) })
    .on("area[href]", { element: (area) => surveyor.seeArea(area) })
    .on('input[type="image" i]', { element: (input) => surveyor.seeInput(input) })
    .on("img", { element: (image) => surveyor.seeImage(image) })
    .on(RAW_IN_NAMED, { element: (raw) => surveyor.startRaw(raw) })
    .on(NAMED, {
      element: (named) => surveyor.startNamed(named),
      text: ({ text }) => surveyor.seeText(text),
    });
  await rewriter.transform(html).body?.pipeTo(new WritableStream());
  return surveyor.finish();
}

/** A link or button, and the images in it whose place its text decides. */
interface Named {
  hasName: boolean;
  readonly images: { readonly source: string; readonly ordinal: number }[];
}

class Surveyor {
  #base: string | undefined;
  #total = 0;
  readonly #found: FoundImage[] = [];
  #skips = false;
  #pictureSource: string | undefined;
  #named: Named | undefined;
  #isRaw = false;
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

  seeImage(image: Element): void {
    const ordinal = this.#total++;
    const skips = this.#takeSkip();
    const pictureSource = this.#pictureSource;
    this.#pictureSource = undefined;
    this.#seeMapOf(image);
    const alt = image.getAttribute("alt");
    if (alt !== null) {
      if (this.#named && alt.trim() !== "") this.#named.hasName = true;
      return;
    }
    if (skips || isDecorative(image) || isNamedOtherwise(image)) return;
    const source = imageSource(image) ?? pictureSource;
    if (source === undefined) return;
    if (this.#named) this.#named.images.push({ source, ordinal });
    else this.#found.push({ source, ordinal, place: "img" });
  }

  #seeMapOf(image: Element): void {
    const map = readAttribute(image, "usemap")?.replace(/^#/, "");
    const source = map ? imageSource(image) : undefined;
    if (map && source !== undefined) this.#imagesOfMaps.set(map, source);
  }

  startNamed(element: Element): void {
    // Links and buttons do not nest: another one begins where the end tag is missing.
    this.#finishNamed();
    const named: Named = { hasName: false, images: [] };
    this.#named = named;
    this.#isRaw = false;
    element.onEndTag(() => {
      if (this.#named === named) this.#finishNamed();
    });
  }

  startRaw(element: Element): void {
    this.#isRaw = true;
    element.onEndTag(() => {
      this.#isRaw = false;
    });
  }

  seeText(text: string): void {
    if (!this.#named || this.#named.hasName || this.#isRaw) return;
    this.#named.hasName = text.replace(/&nbsp;|&#160;|&#xa0;/gi, "").trim() !== "";
  }

  #finishNamed(): void {
    if (!this.#named) return;
    const { hasName, images } = this.#named;
    const place = hasName ? "img" : "link";
    this.#found.push(...images.map((image) => ({ ...image, place }) as const));
    this.#named = undefined;
  }

  finish(): Survey {
    this.#finishNamed();
    const areas = [...this.#mapsOfAreas].flatMap((map) => this.#imagesOfMaps.get(map) ?? []);
    const found = [
      ...this.#found,
      ...areas.map((source): FoundImage => ({ source, place: "area" })),
    ];
    return { base: this.#base, total: this.#total, found };
  }
}

/** Tells whether assistive technology ignores an image, or nobody can see what it shows. */
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
