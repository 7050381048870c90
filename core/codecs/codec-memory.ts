/** The part of `WebAssembly.Memory` that is used; `core` has no types for it. */
interface WasmMemory {
  readonly buffer: ArrayBufferLike;
  grow(pages: number): number;
}

const PAGE_BYTES = 2 ** 16;

/**
 * Emscripten tries to grow a memory by 20 %, then by 10 %, then by 5 % (or by what is needed, where
 * that is more), until one attempt succeeds.
 */
const ATTEMPTS_A_GROWTH = 3;

/**
 * Controls how the memory of a codec's instance grows: by the smallest step, because the memory of
 * WebAssembly never shrinks, and not beyond a limit.
 */
export class CodecMemory {
  readonly #memory: WasmMemory;
  readonly #grow: (pages: number) => number;
  #attempts = 0;
  #limit = Infinity;
  #isExceeded = false;

  /** @param exports - the exports of the codec's instance */
  constructor(exports: object) {
    const memory = Object.values(exports).find(isMemory);
    if (memory === undefined) throw new Error("the codec exports no memory");
    this.#memory = memory;
    this.#grow = memory.grow.bind(memory);
    memory.grow = (pages) => this.#growBy(Math.ceil(pages));
  }

  get bytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /** Whether the codec needed more than the limit since the limit was set. */
  get isExceeded(): boolean {
    return this.#isExceeded;
  }

  /** @param bytes - the size up to which the memory may grow from now on */
  setLimit(bytes: number): void {
    this.#limit = bytes;
    this.#isExceeded = false;
  }

  /** @throws RangeError as `WebAssembly.Memory` does when it cannot grow */
  #growBy(pages: number): number {
    if (++this.#attempts % ATTEMPTS_A_GROWTH !== 0) throw new RangeError("grows by less");
    if (this.bytes + pages * PAGE_BYTES > this.#limit) {
      this.#isExceeded = true;
      throw new RangeError("may not grow beyond the limit");
    }
    return this.#grow(pages);
  }
}

function isMemory(value: unknown): value is WasmMemory {
  return typeof value === "object" && value !== null && "buffer" in value && "grow" in value;
}
