/**
 * `npm run caption -- photo.jpg ...`: a sentence for each picture, one `path<TAB>caption` a line.
 */

import { Command } from "commander";
import { z } from "zod";
import { Captioner } from "../core/captioner.ts";
import { UserError } from "../core/errors.ts";
import { readBundle } from "../node/bundle.ts";
import { reportUserError, runCommand } from "../node/cli/command.ts";
import { addOptions, parseOptions } from "../node/cli/option-flags.ts";
import { loadDecoders } from "../node/codecs.ts";
import { captionFile, type FileCaption } from "./caption/caption-file.ts";
import { modelOptions } from "./model-options.ts";

const optionsSchema = z.object({
  ...modelOptions,
  json: z.boolean().default(false).describe("write a line of JSON for each picture"),
});

await runCommand(async () => {
  const command = new Command("npm run caption --")
    .description("Writes a sentence about each picture: JPEG, PNG, WebP, GIF or AVIF.")
    .argument("<files...>", "the pictures");
  addOptions(command, optionsSchema).parse();
  const { model, beam, json } = parseOptions(optionsSchema, command.opts());

  const captioner = new Captioner(await readBundle(model));
  const decoders = loadDecoders();
  for (const path of command.args) {
    try {
      const captioned = await captionFile(path, captioner, decoders, { beamSize: beam });
      process.stdout.write(json ? `${JSON.stringify(captioned)}\n` : asLine(captioned));
    } catch (error) {
      // One wrong picture is no reason to leave the others without their captions.
      if (!(error instanceof UserError)) throw error;
      reportUserError(error);
    }
  }
});

function asLine({ path, caption }: FileCaption): string {
  return `${path}\t${caption}\n`;
}
