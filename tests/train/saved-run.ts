import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DecoderKind } from "../../core/bundle/manifest.ts";
import type { Vocabulary } from "../../core/vocabulary.ts";
import { describeRun } from "../../run-files/run-description.ts";
import { runFolder } from "../../run-files/run-folder.ts";
import type { CaptionNetwork } from "../../train/model/network.ts";
import { saveNetwork } from "../../train/model/saved/save-network.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { tf } from "../support/tensorflow.ts";
import { randomiseWeights, tinyNetwork, tinySide } from "./support.ts";

/** Saves a network in a new run's folder, as training does. */
export async function saveRun(
  network: CaptionNetwork,
  tied: boolean,
  vocabulary: Vocabulary,
): Promise<string> {
  const folder = runFolder(join(temporaryFolder(), "run"));
  const [defaultStyle] = vocabulary.styles;
  await saveNetwork(tf, network, folder.encoder, folder.decoder);
  await describeRun(folder, {
    config: {
      options: { seed: 1, tied },
      command: "npm run train",
      dataset: { name: "none", images: 1, captions: 1 },
      backbone: { name: "small", featureLayer: network.featureLayer },
    },
    network: {
      network: network.description,
      preparation: { height: tinySide, width: tinySide },
      maximumLength: 5,
      ...(defaultStyle === undefined ? {} : { defaultStyle }),
    },
    vocabulary: vocabulary.tokens,
  });
  await writeFile(folder.log, "");
  return folder.path;
}

/** Saves a tiny captioner with random weights. @returns it, and its run's folder. */
export async function savedRun(kind: DecoderKind, tied: boolean, vocabulary: Vocabulary) {
  const network = await tinyNetwork(kind, { tied, vocabularySize: vocabulary.size });
  randomiseWeights(network);
  return { network, path: await saveRun(network, tied, vocabulary) };
}
