import { UserError } from "../core/errors.ts";

/** Copies of the weights that are in memory at once: as read, in TensorFlow.js and as written. */
const COPIES = 3;

/**
 * Refuses a model whose weights cannot fit into memory, before any of them is read: the system
 * often kills the process instead of failing an allocation.
 *
 * @param name - of the model, for the message.
 * @param bytes - of all its weights together.
 * @throws {UserError} `out_of_memory`
 */
export function requireMemory(name: string, bytes: number, available = availableMemory()): void {
  if (COPIES * bytes <= available) return;
  throw new UserError(
    "out_of_memory",
    `${name} has ${gibibytes(bytes)} of weights, and converting takes at least ${COPIES} times that, but only ${gibibytes(available)} of memory are free.`,
  );
}

/**
 * Turns a failed allocation into a one-line error.
 *
 * @throws {UserError} `out_of_memory`; rethrows every other error.
 */
export async function explainingOutOfMemory(
  name: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (cause) {
    if (!isOutOfMemory(cause)) throw cause;
    throw new UserError(
      "out_of_memory",
      `There is not enough memory to convert ${name}. Without the proof (--no-verify) it takes about half.`,
      { cause },
    );
  }
}

/**
 * Returns whether an error is a failed allocation: of a typed array, of Node, of WebAssembly memory
 * or inside ONNX Runtime.
 */
export function isOutOfMemory(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof UserError) return false;
  if ("code" in error && error.code === "ERR_MEMORY_ALLOCATION_FAILED") return true;
  return /allocation failed|could not allocate memory|invalid typed array length|bad_alloc|out of memory/i.test(
    error.message,
  );
}

/**
 * Returns the memory that the process may still take, within the limits of a container; infinite in
 * a browser.
 */
function availableMemory(): number {
  const { process } = globalThis as { process?: { availableMemory?(): number } };
  return process?.availableMemory?.() ?? Number.POSITIVE_INFINITY;
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}
