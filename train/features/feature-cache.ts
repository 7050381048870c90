import { createHash } from "node:crypto";
import { join } from "node:path";
import type * as tfTypes from "@tensorflow/tfjs";
import { drawKey } from "../../core/random-draws.ts";
import type { TensorFlow } from "../../node/tensorflow.ts";
import { type Augmentation, augment } from "./augment.ts";
import type { PreparedImages, Progress } from "./prepared-images.ts";
import { RowFile, writeRows } from "./row-file.ts";

/** The frozen part of an encoder, from images of 0 to 255 to the output of one of its layers. */
export interface FrozenStage {
  readonly model: tfTypes.LayersModel;
  /** Differs for every set of weights. */
  readonly key: string;
}

/** A version of every image: the whole image, or a crop of it, mirrored or recoloured. */
interface View {
  /** 0 is the unchanged image; the others are drawn from the seed. */
  readonly number: number;
  readonly seed: number;
  readonly augmentation: Augmentation;
}

/** The features to open, and the folder of their cache. */
interface WantedFeatures {
  readonly images: PreparedImages;
  /** For each image whether it may be mirrored. */
  readonly flippable: readonly boolean[];
  readonly stage: FrozenStage;
  readonly view: View;
  readonly directory: string;
  readonly progress: Progress;
}

/** Images of one forward pass. */
const BATCH_SIZE = 32;

/**
 * Keeps the features of all images in one view, computed once and stored in half precision.
 *
 * The file is named by a hash of the images, the frozen weights and the view.
 */
export class FeatureCache {
  /** `[rows, columns, channels]` of one image. */
  readonly shape: readonly number[];
  readonly #tf: TensorFlow;
  readonly #file: RowFile;

  private constructor(tf: TensorFlow, shape: readonly number[], file: RowFile) {
    this.#tf = tf;
    this.shape = shape;
    this.#file = file;
  }

  /** Opens the file of the features; computes them first where it is missing. */
  static async open(tf: TensorFlow, wanted: WantedFeatures): Promise<FeatureCache> {
    const { images, flippable, stage, view, directory } = wanted;
    const shape = (stage.model.outputShape as number[]).slice(1);
    const rowBytes = 2 * shape.reduce((product, size) => product * size, 1);
    const key = createHash("sha256")
      .update(JSON.stringify([images.key, stage.key, view, flippable]))
      .digest("hex")
      .slice(0, 32);
    const path = join(directory, `features-${key}.f16`);
    const open = () => RowFile.openIfComplete(path, images.file.rows, rowBytes);
    if (!open()) await writeRows(path, computed(tf, wanted));
    const file = open();
    if (!file) throw new Error(`${path} does not have the size that was written`);
    return new FeatureCache(tf, shape, file);
  }

  /** Reads the features of the images at `rows`, `[N, ...shape]`. */
  read(rows: readonly number[]): tfTypes.Tensor4D {
    const bytes = this.#file.read(rows);
    const halves = new Float16Array(bytes.buffer, 0, bytes.byteLength / 2);
    const shape = [rows.length, ...this.shape] as [number, number, number, number];
    return this.#tf.tensor4d(Float32Array.from(halves), shape);
  }

  /** Closes the file. */
  close(): void {
    this.#file.close();
  }
}

/** Reads images as a tensor `[N, H, W, 3]`, 0 to 255. */
export function readImages(
  tf: TensorFlow,
  images: PreparedImages,
  rows: readonly number[],
): tfTypes.Tensor4D {
  const bytes = images.file.read(rows);
  const shape: [number, number, number, number] = [rows.length, images.height, images.width, 3];
  return tf.tidy(() => tf.cast(tf.tensor4d(bytes, shape, "int32"), "float32"));
}

/** Computes the features of all images, as bytes of half-precision numbers. */
async function* computed(tf: TensorFlow, wanted: WantedFeatures): AsyncGenerator<Uint8Array> {
  const { images, stage, progress } = wanted;
  const total = images.file.rows;
  for (let start = 0; start < total; start += BATCH_SIZE) {
    const rows = Array.from({ length: Math.min(BATCH_SIZE, total - start) }, (_, n) => start + n);
    const features = tf.tidy(() => {
      const read = readImages(tf, images, rows);
      return stage.model.predict(viewed(tf, read, rows, wanted)) as tfTypes.Tensor;
    });
    const halves = new Float16Array((await features.data()) as Float32Array);
    features.dispose();
    yield new Uint8Array(halves.buffer);
    progress(start + rows.length, total);
  }
}

function viewed(
  tf: TensorFlow,
  images: tfTypes.Tensor4D,
  rows: readonly number[],
  { flippable, view }: WantedFeatures,
): tfTypes.Tensor4D {
  if (view.number === 0) return images;
  const draws = rows.map((row) => ({
    key: drawKey(view.seed, "view", view.number, row),
    flippable: flippable[row] === true,
  }));
  return augment(tf, images, draws, view.augmentation);
}
