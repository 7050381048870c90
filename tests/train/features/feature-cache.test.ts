import { readdir } from "node:fs/promises";
import type * as tfTypes from "@tensorflow/tfjs";
import { beforeEach, describe, expect, test } from "vitest";
import type { Preparation } from "../../../core/image/prepare.ts";
import type { CaptionedImage } from "../../../datasets/dataset.ts";
import { drawScene, paintScene } from "../../../datasets/synthetic.ts";
import {
  FeatureCache,
  type FrozenStage,
  readImages,
} from "../../../train/features/feature-cache.ts";
import { IMAGE_LAYER, openSource } from "../../../train/features/image-source.ts";
import { prepareImages } from "../../../train/features/prepared-images.ts";
import { subModel } from "../../../train/model/sub-model.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { tf } from "../../support/tensorflow.ts";
import { largestDifference, randomiseWeights, tinyNetwork, tinySide } from "../support.ts";

const preparation: Preparation = {
  height: tinySide,
  width: tinySide,
  fit: "stretch",
  background: 128,
  filter: "triangle",
};
const silent = () => {};

let cache: string;

beforeEach(() => {
  cache = temporaryFolder();
});

/** Makes an image that counts how often it is read: cached images are not read again. */
function image(key: number): CaptionedImage & { reads: number } {
  const scene = drawScene(key);
  return {
    id: `image-${key}`,
    captions: ["a shape"],
    withCaptions: () => image(key),
    reads: 0,
    async read() {
      this.reads++;
      return { pixels: paintScene(scene, 24), orientation: 1 };
    },
    fingerprint: async () => JSON.stringify(scene),
  };
}

const files = async () => (await readdir(cache)).sort();

describe("prepared images", () => {
  test("are prepared once, and then read from the cache", async () => {
    const images = [image(1), image(2), image(3)];
    const first = await prepareImages(images, preparation, cache, silent);
    const again = await prepareImages(images, preparation, cache, silent);
    expect(images.map(({ reads }) => reads)).toEqual([1, 1, 1]);
    expect(again.key).toBe(first.key);
    expect(again.file.read([2, 0])).toEqual(first.file.read([2, 0]));
    expect(await files()).toHaveLength(1);
  });

  test("are read in any order, and a row several times", async () => {
    const { file } = await prepareImages([image(1), image(2)], preparation, cache, silent);
    const [one, two] = [file.read([0]), file.read([1])];
    expect(file.read([1, 0, 1])).toEqual(Uint8Array.from([...two, ...one, ...two]));
  });

  test.each<[string, number[], Preparation]>([
    ["another image", [1, 4], preparation],
    ["another order", [2, 1], preparation],
    ["one more image", [1, 2, 3], preparation],
    ["another size", [1, 2], { ...preparation, height: 12 }],
    ["another fit", [1, 2], { ...preparation, fit: "letterbox" }],
    ["another background", [1, 2], { ...preparation, background: 0 }],
  ])("are prepared again for %s", async (_, keys, other) => {
    const before = await prepareImages([image(1), image(2)], preparation, cache, silent);
    const after = await prepareImages(keys.map(image), other, cache, silent);
    expect(after.key).not.toBe(before.key);
    expect(await files()).toHaveLength(2);
  });

  test("leave no file when an image cannot be read", async () => {
    const broken = { ...image(9), read: () => Promise.reject(new Error("truncated")) };
    const images = [...Array.from({ length: 20 }, (_, key) => image(key)), broken];
    await expect(prepareImages(images, preparation, cache, silent)).rejects.toThrow("truncated");
    expect(await files()).toEqual([]);
  });
});

describe("cached features", () => {
  const view = { number: 0, seed: 1, augmentation: { smallestCrop: 0.6, flip: 0.5, colour: 0.3 } };
  const flippable = [true, true, true];

  async function frozen(name: string): Promise<FrozenStage> {
    const network = await tinyNetwork("lstm");
    randomiseWeights(network);
    return { model: subModel(tf, network.encoder, IMAGE_LAYER, network.featureLayer), key: name };
  }

  async function open(
    stage: FrozenStage,
    number = 0,
    keys = [1, 2, 3],
    flips = flippable,
    seed = 1,
  ) {
    const images = await prepareImages(keys.map(image), preparation, cache, silent);
    const own = { ...view, number, seed };
    const features = await FeatureCache.open(tf, {
      images,
      flippable: flips,
      stage,
      view: own,
      directory: cache,
      progress: silent,
    });
    return { images, features };
  }

  test("of the whole image are the backbone's, in half precision", async () => {
    const stage = await frozen("a");
    const { images, features } = await open(stage);
    const expected = stage.model.predict(readImages(tf, images, [2, 0])) as tfTypes.Tensor;
    const read = features.read([2, 0]);
    expect(read.shape).toEqual(expected.shape);
    // Eleven significant bits: the rounding is at most half of the last one.
    const error = tf.sub(read, expected).abs().div(expected.abs().add(1e-3)).max().dataSync()[0];
    expect(error).toBeLessThan(2 ** -11 + 1e-4);
    expect(error).toBeGreaterThan(0);
  });

  test("are computed once, and then read from the cache", async () => {
    const stage = await frozen("a");
    const { features } = await open(stage);
    const never = {
      key: "a",
      model: { outputShape: stage.model.outputShape } as tfTypes.LayersModel,
    };
    const { features: again } = await open(never);
    expect(largestDifference(again.read([0, 1, 2]), features.read([0, 1, 2]))).toBe(0);
  });

  test("are computed again for other weights, images, views, seeds and mirrored images", async () => {
    const stage = await frozen("a");
    await open(stage);
    const known = new Set(await files());
    const others = [
      () => open({ ...stage, key: "b" }),
      () => open(stage, 1),
      () => open(stage, 0, [1, 2, 4]),
      () => open(stage, 0, [1, 2, 3], [true, false, true]),
      () => open(stage, 1, [1, 2, 3], flippable, 2),
    ];
    for (const other of others) {
      await other();
      const features = (await files()).filter((name) => name.endsWith(".f16"));
      const fresh = features.filter((name) => !known.has(name));
      expect(fresh).toHaveLength(1);
      known.add(fresh[0] ?? "");
    }
  });

  test("of other views are of crops and mirror images", async () => {
    const stage = await frozen("a");
    const { features: whole } = await open(stage, 0);
    const { features: crop } = await open(stage, 1);
    const { features: other } = await open(stage, 2);
    const rows = [0, 1, 2];
    expect(largestDifference(whole.read(rows), crop.read(rows))).toBeGreaterThan(0.1);
    expect(largestDifference(crop.read(rows), other.read(rows))).toBeGreaterThan(0.1);
  });
});

describe("a source of frozen features", () => {
  test("does not use the cache of earlier weights", async () => {
    const network = await tinyNetwork("lstm");
    const images = await prepareImages([image(1), image(2)], preparation, cache, silent);
    const split = {
      ids: ["1", "2"],
      images,
      words: [[["a"]], [["a"]]],
      starts: [1, 1],
      sets: [{ name: "two", weight: 1, first: 0, count: 2 }],
    };
    const options = {
      from: network.featureLayer,
      views: 1,
      augmentation: view,
      seed: 1,
      cache,
      progress: () => silent,
    };
    const augmentation = { smallestCrop: 1, flip: 0, colour: 0 };
    const read = async () => {
      const source = await openSource(tf, network, split, { ...options, augmentation });
      return source.whole([0, 1]);
    };
    const before = await read();
    expect(largestDifference(await read(), before)).toBe(0);
    expect(await files()).toHaveLength(2);
    randomiseWeights(network);
    expect(largestDifference(await read(), before)).toBeGreaterThan(0.1);
    expect(await files()).toHaveLength(3);
  });

  const view = { smallestCrop: 1, flip: 0, colour: 0 };
});
