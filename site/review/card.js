import { pictureOf } from "./api.js";
import { make } from "./elements.js";

/**
 * @typedef {import("./api.js").Image} Image
 * @typedef {import("./api.js").Decision} Decision
 */

/** What people read for a state. */
const STATES = new Map([
  ["queued", "queued"],
  ["leased", "being captioned"],
  ["captioned", "filled in by the model"],
  ["low_confidence", "low confidence: not filled in"],
  ["failed", "failed"],
  ["approved", "approved"],
  ["edited", "edited"],
  ["decorative", "decorative"],
]);

/** States that a person has decided. */
const DECIDED = ["approved", "edited", "decorative"];

/** The card of an image, with its controls. */
export class Card {
  /** @type {Image} */
  image;
  /** The item of the list. */
  item = make("li", { className: "card", tabIndex: -1 });
  box = make("input", { type: "checkbox" });
  /** @type {(card: Card, decision: Decision) => void} */
  #decide;
  #isEditing = false;

  /**
   * @param {Image} image
   * @param {(card: Card, decision: Decision) => void} decide
   */
  constructor(image, decide) {
    this.image = image;
    this.#decide = decide;
    this.show(image);
  }

  /** @param {Image} image */
  show(image) {
    this.image = image;
    this.item.dataset.state = image.state;
    // An earlier decision that is saved now must not take away what is being written.
    if (this.#isEditing) return;
    const hadFocus = this.item.contains(document.activeElement);
    this.item.replaceChildren(photograph(image), this.#facts());
    if (hadFocus) this.item.focus();
  }

  #facts() {
    const { alt, caption, state, confidence, problem } = this.image;
    const text = alt ?? (state === "decorative" ? "" : caption) ?? "";
    const facts = [
      STATES.get(state) ?? state,
      ...(confidence === null ? [] : [`confidence ${confidence.toFixed(2)}`]),
      ...(problem === null || state !== "failed" ? [] : [problem]),
    ];
    return make("div", { className: "facts" }, [
      make("p", { className: "text", textContent: text === "" ? "(no text)" : text }),
      ...(alt !== null && caption !== null && alt !== caption
        ? [make("p", { className: "hint", textContent: `The model wrote: ${caption}` })]
        : []),
      make("p", { className: "hint state", textContent: facts.join(", ") }),
      pagesOf(this.image),
      this.#controls(),
    ]);
  }

  #controls() {
    const { state, caption } = this.image;
    const name = nameOf(this.image);
    this.box.ariaLabel = `Select ${name}`;
    /**
     * @param {string} label
     * @param {() => void} act
     */
    const button = (label, act) => {
      const made = make("button", {
        type: "button",
        textContent: label,
        ariaLabel: `${label} ${name}`,
      });
      made.addEventListener("click", act);
      return made;
    };
    return make("div", { className: "row" }, [
      make("label", { className: "box" }, [this.box]),
      ...(caption === null || state === "approved"
        ? []
        : [button("Approve", () => this.approve())]),
      button("Edit", () => this.edit()),
      ...(state === "decorative" ? [] : [button("Decorative", () => this.markDecorative())]),
      ...(DECIDED.includes(state)
        ? [button("Reset", () => this.#decide(this, { action: "reset" }))]
        : []),
    ]);
  }

  approve() {
    if (this.image.caption !== null) this.#decide(this, { action: "approve" });
  }

  markDecorative() {
    this.#decide(this, { action: "decorative" });
  }

  /**
   * Opens the field in which the text is edited.
   *
   * @param {string} [draft] - instead of the image's text.
   * @param {Node} [note] - shown above the field.
   */
  edit(draft, note) {
    const id = `edit-${this.image.key}`;
    const field = make("textarea", { id, rows: 2, maxLength: 1000, required: true });
    field.value = draft ?? this.image.alt ?? this.image.caption ?? "";
    const save = make("button", { type: "submit", className: "primary", textContent: "Save" });
    const cancel = make("button", { type: "button", textContent: "Cancel" });
    const form = make("form", { className: "edit" }, [
      ...(note === undefined ? [] : [note]),
      make("label", { htmlFor: id, textContent: `Alternative text of ${nameOf(this.image)}` }),
      field,
      make("div", { className: "row" }, [save, cancel]),
    ]);
    this.#isEditing = true;
    const close = () => {
      this.#isEditing = false;
      this.show(this.image);
      this.item.focus();
    };
    cancel.addEventListener("click", close);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const alt = field.value.trim();
      if (alt === "") return;
      this.#isEditing = false;
      this.#decide(this, { action: "edit", alt });
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
      else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    this.item.querySelector(".facts")?.replaceWith(make("div", { className: "facts" }, [form]));
    field.focus();
    field.select();
  }

  /**
   * Shows the decision of another person beside the text that was not saved.
   *
   * @param {Image} current
   * @param {Decision} mine
   */
  showConflict(current, mine) {
    this.image = current;
    const theirs = current.alt ?? "(no text)";
    const note = make("p", {
      className: "error",
      textContent: `Somebody else has changed this image. It is ${STATES.get(current.state) ?? current.state} now, with the text: ${theirs}`,
    });
    if (mine.action === "edit") {
      this.edit(mine.alt, note);
    } else {
      this.show(current);
      this.item.querySelector(".facts")?.prepend(note);
    }
  }
}

/** @param {Image} image */
function photograph(image) {
  return make("img", {
    src: pictureOf(image),
    alt: `Image ${nameOf(image)}`,
    loading: "lazy",
    referrerPolicy: "no-referrer",
  });
}

/** @param {Image} image */
function nameOf({ url }) {
  const name = URL.parse(url)?.pathname.split("/").at(-1) || url;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** Places where a text is listed for review and never filled in, as it says more than what an image shows. */
const ONLY_LISTED = new Map([
  ["input", "as a button"],
  ["area", "as an area of a map"],
  ["link", "alone in a link"],
]);

/** @param {Image} image */
function pagesOf({ pages }) {
  const items = pages.map(({ url, place }) => {
    const link = make("a", { href: url, textContent: URL.parse(url)?.pathname ?? url });
    const note = ONLY_LISTED.get(place);
    return make("li", {}, [
      link,
      ...(note === undefined
        ? []
        : [` (${note}: not filled in, the page's author must say what it does)`]),
    ]);
  });
  return items.length === 0
    ? make("p", { className: "hint", textContent: "On no page that has been seen." })
    : make("ul", { className: "pages" }, items);
}
