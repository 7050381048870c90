import { UserError } from "../core/errors.ts";

/** Weights are in memory at least so often at once: as read, as TensorFlow's, and as written. */
const copies = 3;

/**
 * Refuses weights that cannot fit before anything of them is read: the system would rather end the
 * process than fail an allocation.
 *
 * @param name - the model's, as the user knows it.
 * @param bytes - of all its weights together.
 * @throws UserError `out_of_memory`
 */
export function requireMemory(name: string, bytes: number, available = availableMemory()): void {
  if (copies * bytes <= available) return;
  throw new UserError(
    "out_of_memory",
    `${name} has ${gibibytes(bytes)} of weights, and converting holds them ${copies} times at least: there are ${gibibytes(available)} of memory.`,
  );
}

/**
 * Says an allocation that failed in one line.
 *
 * @throws UserError `out_of_memory`; every other error as it is.
 */
export async function sayingOutOfMemory(name: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    if (!isOutOfMemory(cause)) throw cause;
    throw new UserError(
      "out_of_memory",
      `There is not enough memory to convert ${name}. The proof, which --no-verify leaves out, takes about half of what is needed.`,
      { cause },
    );
  }
}

/**
 * Whether an allocation failed: of a typed array, of Node's, of WebAssembly's memory, or inside of
 * ONNX Runtime.
 */
export function isOutOfMemory(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof UserError) return false;
  if ("code" in error && error.code === "ERR_MEMORY_ALLOCATION_FAILED") return true;
  return /allocation failed|could not allocate memory|invalid typed array length|bad_alloc|out of memory/i.test(
    error.message,
  );
}

/** What the process may still take, limits of a container included; without bound in a browser. */
function availableMemory(): number {
  const { process } = globalThis as { process?: { availableMemory?(): number } };
  return process?.availableMemory?.() ?? Number.POSITIVE_INFINITY;
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}
