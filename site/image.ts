/** Where an image stands in a page. Only the alt text of an `img` is filled in; others are listed for review. */
export type Place = "img" | "input" | "area" | "link";

/** An image that a page shows without alternative text. */
export interface SeenImage {
  /** The first 32 hex digits of the SHA-256 of `url` without the parameters that only resize. */
  readonly key: string;
  /** Absolute, as the page that was seen first has it, without its fragment. */
  readonly url: string;
  readonly place: Place;
}

/** A page that a visitor or the crawler has seen. */
export interface SeenPage {
  readonly key: string;
  /** Without the query, but for the parameters that the owner keeps. */
  readonly url: string;
  readonly images: readonly SeenImage[];
}
