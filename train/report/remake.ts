import { z } from "zod";
import { networkSchema } from "../../core/bundle/manifest.ts";
import { preparationSchema } from "../../core/image/prepare.ts";
import { Vocabulary } from "../../core/vocabulary.ts";
import { parseOptions } from "../../node/cli/option-flags.ts";
import { trainOptionsSchema } from "../../run-files/options.ts";
import { saveShownPictures } from "../../run-files/report/shown-pictures.ts";
import { readRunFile } from "../../run-files/run-file.ts";
import { type RunFolder, readRunConfig } from "../../run-files/run-folder.ts";
import { saveValidationCaptions } from "../../run-files/validation-captions.ts";
import { openBackend } from "../backend/open-backend.ts";
import { captionRows } from "../evaluation.ts";
import { loadNetwork } from "../model/saved-network.ts";
import { UnrolledNetwork } from "../model/unrolled.ts";
import { chooseDataset, openSplit, withStarts } from "../open-split.ts";
import { wholePictureStates } from "../training-sample.ts";
import { lookAtPictures } from "./look.ts";

const networkFileSchema = z.object({
  network: networkSchema,
  preparation: preparationSchema,
});

/**
 * Makes what a run of an older version did not keep: the best weights caption the validation
 * pictures again, from the LayersModels in the run's folder and the data set that it was trained on.
 *
 * @throws UserError of the data set's, where that is not there any more; `run_invalid`
 */
export async function remakeValidation(folder: RunFolder): Promise<void> {
  const config = await readRunConfig(folder);
  const options = parseOptions(trainOptionsSchema, config.options);
  const file = await readRunFile(folder.network, networkFileSchema);
  const { preparation } = file;
  const vocabulary = Vocabulary.parse(await readRunFile(folder.vocabulary, z.unknown()));
  const { tf, operations } = await openBackend();
  const layers = await loadNetwork(tf, folder, file.network);
  const network = new UnrolledNetwork(tf, operations, layers);
  const dataset = await chooseDataset(options, preparation.height);
  const opened = await openSplit(dataset, "validation", preparation, options);
  const validation = withStarts(opened, vocabulary);
  const { starts } = validation;
  const states = wholePictureStates(network, validation);
  const rows = [...validation.words.keys()];
  const candidates = await captionRows({ network, vocabulary, options }, rows, states, starts);
  const captions = { ids: validation.ids, candidates, references: validation.words };
  await saveValidationCaptions(folder, captions);
  const { file: pictures, width, height } = validation.images;
  const pixels = (row: number) => pictures.read([row]);
  const shown = await lookAtPictures(
    { network, vocabulary },
    captions,
    { pixels, width, height, states, starts },
    options.seed,
  );
  await saveShownPictures(folder, shown);
}
