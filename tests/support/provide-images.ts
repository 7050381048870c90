import type { TestProject } from "vitest/node";
import { prepare } from "../../core/image/prepare.ts";
import { decodeWithSharp } from "../../node/sharp.ts";
import { LOSSLESS_IMAGES, LOSSY_IMAGES } from "./odd-images.ts";
import { PREPARATION, type ProvidedImage } from "./provided-images.ts";

/**
 * Passes images to workerd, where sharp cannot run: their files, and the tensors that training
 * makes of them.
 */
export default async function setup(project: TestProject): Promise<void> {
  const lossless = Object.entries(LOSSLESS_IMAGES).map((entry) => provided(...entry, 0));
  const lossy = Object.entries(LOSSY_IMAGES).map((entry) => provided(...entry, 1));
  project.provide("images", await Promise.all([...lossless, ...lossy]));
}

async function provided(
  name: string,
  make: () => Promise<Uint8Array>,
  tolerance: number,
): Promise<ProvidedImage> {
  const file = await make();
  const { pixels, orientation } = await decodeWithSharp(file);
  const tensor = prepare(pixels, orientation, PREPARATION);
  return { name, tolerance, file: [...file], tensor: [...tensor] };
}
