import type { Pixels } from "../image/pixels.ts";

/** Runs a codec's `decode`, and gives the image to `use` before the codec frees it. */
export type DecodeInPlace = <T>(decode: () => unknown, use: (pixels: Pixels) => T) => T;

/**
 * Lets a `@jsquash` codec hand out its samples inside its own memory, which saves a copy of 4 bytes a
 * pixel.
 *
 * Such a codec ends with `new ImageData(new Uint8ClampedArray(view), width, height)`, and frees the
 * samples afterwards. It looks up both constructors in the global object when it first decodes, and
 * keeps them. So both are replaced there during the call: the first does not copy, and the second
 * passes the view on.
 *
 * @returns a function for the calls of one instance, which throws what `decode` and `use` throw, and
 *   an Error when the codec made no image
 */
export function samplesInPlace(): DecodeInPlace {
  let receive: (pixels: Pixels) => void;

  function ViewItself(view: Uint8Array): Uint8Array {
    return view;
  }
  function Handed(data: Uint8Array, width: number, height: number): void {
    receive({ width, height, channels: 4, data });
  }

  return (decode, use) => {
    let outcome: Outcome<ReturnType<typeof use>> | undefined;
    const restore = replaceGlobals({ Uint8ClampedArray: ViewItself, ImageData: Handed });
    receive = (pixels) => {
      restore();
      // An exception must not cross the frames of the codec, which would leak its memory.
      outcome = outcomeOf(() => use(pixels));
    };
    try {
      decode();
    } finally {
      restore();
    }
    if (outcome === undefined) throw new Error("the codec made no image");
    if ("error" in outcome) throw outcome.error;
    return outcome.value;
  };
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

function outcomeOf<T>(run: () => T): Outcome<T> {
  try {
    return { value: run() };
  } catch (error) {
    return { error };
  }
}

/** @returns a function that puts back what was there */
function replaceGlobals(replacements: Readonly<Record<string, unknown>>): () => void {
  const before = Object.keys(replacements).map((name) => [name, Reflect.get(globalThis, name)]);
  const set = (entries: Iterable<unknown[]>) => {
    for (const [name, value] of entries) Reflect.set(globalThis, String(name), value);
  };
  set(Object.entries(replacements));
  return () => set(before);
}
