import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileOfRole, type Manifest } from "../../core/bundle/manifest.ts";
import { readManifest } from "../../core/bundle/read.ts";
import { bundleReader } from "../../node/bundle.ts";
import { readOnnx } from "../../onnx/index.ts";
import { multiplyAdds } from "./multiply-adds.ts";

/** Sizes and operation counts of a bundle, read from its files. */
interface BundleCounts {
  readonly bundleBytes: number;
  readonly largestFileBytes: number;
  readonly encoderNodes: number;
  readonly decoderNodes: number;
  readonly encoderMultiplyAdds: number;
  readonly wordMultiplyAdds: number;
}

/** Counts what the files of a bundle's folder hold. */
export async function countBundle(folder: string): Promise<BundleCounts> {
  const manifest = await readManifest(bundleReader(folder));
  const encoder = await readGraph(folder, manifest, "encoder");
  const decoder = await readGraph(folder, manifest, "decoder");
  const sizes = manifest.files.map(({ bytes }) => bytes);
  return {
    bundleBytes: sizes.reduce((sum, bytes) => sum + bytes, 0),
    largestFileBytes: Math.max(...sizes),
    encoderNodes: encoder.graph?.node.length ?? 0,
    decoderNodes: decoder.graph?.node.length ?? 0,
    encoderMultiplyAdds: multiplyAdds(encoder),
    wordMultiplyAdds: multiplyAdds(decoder),
  };
}

async function readGraph(folder: string, manifest: Manifest, role: "encoder" | "decoder") {
  return readOnnx(await readFile(join(folder, fileOfRole(manifest, role).path)));
}
