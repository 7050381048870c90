/** How the origin answers for a path. */
export interface OriginAnswer {
  readonly status?: number;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** Text, or bytes. */
  readonly body?: string | readonly number[];
  /** Adds a filler to the body, so many times. */
  readonly filler?: { readonly text: string; readonly times: number };
  /** Compresses the body. */
  readonly coding?: "gzip" | "br" | "zstd";
  /** Ends the connection after so many bytes of the body. */
  readonly cutAfter?: number;
  /** Waits before the second half of the body. */
  readonly pauseMs?: number;
}

/** A request that the origin got. */
export interface OriginRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

declare module "vitest" {
  interface ProvidedContext {
    /** The URL of a server that the site's pages come from. */
    origin: string;
    /** The paths of pages that real generators wrote, which the origin serves. */
    generatedPages: string[];
  }
}
