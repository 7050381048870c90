import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type * as tfTypes from "@tensorflow/tfjs";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { writeBundle } from "../../../../convert/bundle.ts";
import { commandSchema } from "../../../../convert/command.ts";
import { Vocabulary } from "../../../../core/vocabulary.ts";
import { parseOptions } from "../../../../node/cli/option-flags.ts";
import type { CaptionNetwork } from "../../../../train/model/network.ts";
import { continueNetwork } from "../../../../train/model/start/continue-network.ts";
import { openStartingPoint } from "../../../../train/model/start/open-starting-point.ts";
import { subModel } from "../../../../train/model/sub-model.ts";
import { UnrolledNetwork } from "../../../../train/model/unrolled.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";
import { tf } from "../../../support/tensorflow.ts";
import { savedRun, saveRun } from "../../saved-run.ts";
import { noiseImages, operations } from "../../support.ts";

const styled = Vocabulary.count([["a", "b", "c"]], 1, ["old"]);
const plain = Vocabulary.count([["a", "b", "c", "d"]], 1);

beforeEach(() => {
  const spy = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  onTestFinished(() => spy.mockRestore());
});

/** Computes the logits of the first word of two images, `[V]` each. */
function firstLogits(network: CaptionNetwork, token: number): Float32Array[] {
  const unrolled = new UnrolledNetwork(tf, operations(), network);
  const backbone = subModel(tf, network.encoder, "image", network.featureLayer);
  return tf.tidy(() => {
    const grid = backbone.predict(noiseImages(2)) as tfTypes.Tensor4D;
    const image = unrolled.imageState(grid);
    const state = unrolled.startCaptions(image, 1);
    const { logits } = unrolled.step(image, state, tf.tensor1d([token, token], "int32"));
    return tf.unstack(logits).map((row) => row.dataSync() as Float32Array);
  });
}

function expectClose(actual: readonly Float32Array[], expected: readonly Float32Array[]): void {
  for (const [row, values] of expected.entries()) {
    for (const [token, value] of values.entries()) {
      expect(Math.abs((actual[row]?.[token] ?? Number.NaN) - value)).toBeLessThan(1e-4);
    }
  }
}

const cases = [
  { kind: "attention", tied: true, from: "a run" },
  { kind: "attention", tied: true, from: "a bundle" },
  { kind: "attention", tied: false, from: "a bundle" },
  { kind: "lstm", tied: false, from: "a run" },
  { kind: "lstm", tied: false, from: "a bundle" },
] as const;

describe.each(cases)(
  "a captioner of kind $kind (tied: $tied) from $from",
  ({ kind, tied, from }) => {
    async function started(vocabulary: Vocabulary) {
      const { network, path } = await savedRun(kind, tied, vocabulary);
      if (from === "a run") return { network, start: await openStartingPoint(tf, path) };
      const bundle = join(temporaryFolder(), "bundle");
      await writeBundle(path, bundle, parseOptions(commandSchema, {}));
      return { network, start: await openStartingPoint(tf, bundle) };
    }

    test("gives the same logits when words and styles join its vocabulary", async () => {
      const { network, start } = await started(styled);
      const vocabulary = start.vocabulary.extended([["a", "new", "word"]], 1, ["old", "young"]);
      expect(vocabulary.tokens.slice(styled.size)).toEqual(["<style:young>", "new", "word"]);
      const { featureLayers } = start.backbone;
      const grown = await continueNetwork(tf, start, { vocabulary, featureLayers, seed: 5 });
      const before = firstLogits(network, styled.startToken("old"));
      expectClose(firstLogits(grown, vocabulary.startToken("old")), before);
      expectClose(firstLogits(grown, vocabulary.startToken("young")), before);
    });

    test("without styles, gives its first style the logits that it had without one", async () => {
      const { network, start } = await started(plain);
      const vocabulary = start.vocabulary.extended([], 1, ["first"]);
      const { featureLayers } = start.backbone;
      const grown = await continueNetwork(tf, start, { vocabulary, featureLayers, seed: 5 });
      const logits = firstLogits(grown, vocabulary.startToken("first"));
      expectClose(logits, firstLogits(network, plain.startToken()));
    });

    test("gives the same logits when a shallower layer joins its features", async () => {
      const { network, start } = await started(plain);
      const featureLayers = ["conv_2", "conv_3"];
      const grown = await continueNetwork(tf, start, { vocabulary: plain, featureLayers, seed: 5 });
      expect(grown.featureLayer).toBe("joined_grids");
      const logits = firstLogits(grown, plain.startToken());
      expectClose(logits, firstLogits(network, plain.startToken()));
    });
  },
);

test("a captioner of two depths can get a third", async () => {
  const { path } = await savedRun("attention", false, plain);
  const grow = async (from: string, featureLayers: readonly string[]) => {
    const start = await openStartingPoint(tf, from);
    return continueNetwork(tf, start, { vocabulary: plain, featureLayers, seed: 5 });
  };
  const two = await grow(path, ["conv_2", "conv_3"]);
  const three = await grow(await saveRun(two, false, plain), ["conv_1", "joined_grids"]);
  const logits = firstLogits(three, plain.startToken());
  expectClose(logits, firstLogits(two, plain.startToken()));
});

test("a run's captioner has a fine-tuned backbone if the run trained it", async () => {
  const { path } = await savedRun("lstm", false, plain);
  const measured = { epoch: 1, loss: 1, seconds: 1, validation: { "CIDEr-D": 1 }, best: true };
  const entry = { event: "epoch", stage: "fine-tune", ...measured };
  expect((await openStartingPoint(tf, path)).backbone.fineTuned).toBe(false);
  await writeFile(join(path, "log.jsonl"), `${JSON.stringify(entry)}\n`);
  expect((await openStartingPoint(tf, path)).backbone.fineTuned).toBe(true);
});
