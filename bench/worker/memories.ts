/**
 * Counts WebAssembly's memory. Must be imported before the first is made.
 *
 * @module
 */

const memories = new Set<WeakRef<WebAssembly.Memory>>();
const Memory = WebAssembly.Memory;

// ONNX Runtime makes its memory in JavaScript, and shared: this is where it can be seen.
Object.assign(WebAssembly, {
  Memory: class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      memories.add(new WeakRef(this));
    }
  },
});

/** Bytes of all memories that were made in JavaScript and are still in use: ONNX Runtime's. */
export function memoryBytes(): number {
  return [...memories].reduce((sum, memory) => sum + (memory.deref()?.buffer.byteLength ?? 0), 0);
}
