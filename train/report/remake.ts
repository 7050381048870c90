import { Vocabulary, vocabularySchema } from "../../core/vocabulary.ts";
import { readRunConfig } from "../../run-files/config.ts";
import { readRunFile } from "../../run-files/json-file.ts";
import { runNetworkSchema } from "../../run-files/network.ts";
import type { RunFolder } from "../../run-files/run-folder.ts";
import { saveShownImages } from "../../run-files/shown-images.ts";
import { saveValidationCaptions } from "../../run-files/validation-captions.ts";
import { openBackend } from "../backend/open-backend.ts";
import { captionRows } from "../evaluation/greedy-captions.ts";
import { wholeImageStates } from "../evaluation/image-states.ts";
import { chooseDataset } from "../features/open-datasets.ts";
import { captionedSplit, openSplit } from "../features/open-split.ts";
import { loadNetwork } from "../model/saved/saved-network.ts";
import { UnrolledNetwork } from "../model/unrolled.ts";
import { collectShownImages } from "./shown-images.ts";

/**
 * Writes the captions and images of a run's validation split again, by the LayersModels in its
 * folder and the data sets that it was trained on.
 *
 * @throws {UserError} `run_invalid`; those of the data set, where it is no longer there.
 */
export async function remakeValidation(folder: RunFolder): Promise<void> {
  const { options } = await readRunConfig(folder);
  const { network: description, preparation } = await readRunFile(folder.network, runNetworkSchema);
  const vocabulary = Vocabulary.parse(await readRunFile(folder.vocabulary, vocabularySchema));
  const { tf, operations } = await openBackend();
  const layers = await loadNetwork(tf, folder, description);
  const network = new UnrolledNetwork(tf, operations, layers);
  const dataset = await chooseDataset(options, preparation.height);
  const split = captionedSplit(dataset, "validation", options);
  const validation = await openSplit(split, preparation, vocabulary, options);
  const states = wholeImageStates(network, validation);
  const rows = [...validation.words.keys()];
  const writer = { network, vocabulary, options };
  const candidates = await captionRows(writer, rows, states, validation.starts);
  const captions = { ids: validation.ids, candidates, references: validation.words };
  await saveValidationCaptions(folder, captions);
  const captioning = { network, vocabulary };
  const shown = await collectShownImages(captioning, validation, captions, states, options.seed);
  await saveShownImages(folder, shown);
}
