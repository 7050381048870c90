/** Bytes of a page of WebAssembly memory. */
const PAGE_BYTES = 65_536;

/** The smallest step that Emscripten tries, as a share of the memory's size. */
const SMALLEST_STEP = 0.05;

/** How many larger steps Emscripten tries first. */
const LARGER_STEPS = 2;

/** The part of `WebAssembly` that is used; `core` has no types for it. */
interface WithMemory {
  readonly Memory: new (
    ...descriptor: never[]
  ) => { readonly buffer: ArrayBufferLike; grow(pages: number): number };
}

/**
 * Makes the memories that JavaScript creates from now on grow in small steps, since they never shrink.
 *
 * When ONNX Runtime needs more memory, Emscripten asks for a fifth more than there is; if that is refused
 * for a tenth, then for a twentieth, and always for at least what is needed. Refusing the first two leaves
 * an isolate 3 MiB more with the released bundle.
 *
 * @param web - the global `WebAssembly`.
 */
export function growInSmallSteps(web: object): void {
  const { Memory } = web as WithMemory;
  const inSmallSteps = class extends Memory {
    #refusals = 0;

    override grow(pages: number): number {
      const isLarge = pages * PAGE_BYTES > SMALLEST_STEP * this.buffer.byteLength + PAGE_BYTES;
      if (isLarge && this.#refusals < LARGER_STEPS) {
        this.#refusals++;
        throw new RangeError("A smaller step may do.");
      }
      this.#refusals = 0;
      return super.grow(pages);
    }
  };
  Object.assign(web, { Memory: inSmallSteps });
}
