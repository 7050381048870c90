/**
 * Counts the memory of WebAssembly. Must be imported before ONNX Runtime.
 *
 * @module
 */

const memories = new Set<WeakRef<WebAssembly.Memory>>();
const Memory = WebAssembly.Memory;

// ONNX Runtime creates its memory in JavaScript, so its constructor call can be seen here.
Object.assign(WebAssembly, {
  Memory: class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      memories.add(new WeakRef(this));
    }
  },
});

/** Returns the bytes of all memories that JavaScript created and still uses: ONNX Runtime's heap. */
export function memoryBytes(): number {
  return [...memories].reduce((sum, memory) => sum + (memory.deref()?.buffer.byteLength ?? 0), 0);
}
