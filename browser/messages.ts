/**
 * What a page and the thread that captions say to each other.
 *
 * @module
 */
import type { BrowserIndex } from "../core/api/browser-index.ts";
import type { CaptionAnswer } from "../core/api/caption-answer.ts";
import type { CaptionParameters } from "../core/api/caption-options.ts";
import type { ImageFormat } from "../core/codecs/sniff.ts";
import type { Withheld } from "../core/confidence/withhold.ts";
import type { Size } from "../core/image/pixels.ts";

/** The bytes of the downloaded files: the model's by their names, the others by their roles. */
export type Downloaded = Readonly<Record<string, ArrayBuffer>>;

/** An image, as a file or as the samples that the browser decoded: RGBA, row by row. */
export type ThreadImage =
  | { readonly bytes: ArrayBuffer }
  | { readonly samples: ArrayBuffer; readonly width: number; readonly height: number };

/** What a page asks for. The first request is to load the model. */
export type ThreadRequest =
  | {
      readonly id: number;
      readonly load: { readonly index: BrowserIndex; readonly files: Downloaded };
    }
  | {
      readonly id: number;
      readonly caption: {
        readonly image: ThreadImage;
        readonly options: CaptionParameters;
      };
    }
  | { readonly id: number; readonly abort: true };

/** The service's answer, but for an image that the browser decoded, which has no format. */
export type BrowserAnswer = Omit<CaptionAnswer, "image"> & {
  readonly image: Size & { readonly format?: ImageFormat };
};

/** The answer where the confidence is below `min_confidence`. */
export type WithheldBrowserAnswer = Withheld<BrowserAnswer>;

/** What the thread answers. */
export type ThreadAnswer = { readonly id: number } & (
  | { readonly answer: BrowserAnswer | WithheldBrowserAnswer | undefined }
  | { readonly failure: { readonly code: string; readonly message: string } }
);
