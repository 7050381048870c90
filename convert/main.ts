#!/usr/bin/env node
/**
 * `npm run convert -- INPUT [OUT]`: a `model.json` to one `.onnx`, a run's folder to a bundle.
 *
 * @module
 */
import { stat } from "node:fs/promises";
import { Command } from "commander";
import { runCommand } from "../node/command.ts";
import { addOptions, parseOptions } from "../node/option-flags.ts";
import { writeBundle } from "./bundle.ts";
import { commandSchema } from "./command.ts";
import { convertFile } from "./file.ts";
import { sayingOutOfMemory } from "./memory.ts";

const command = addOptions(
  new Command("convert")
    .description("Converts a TensorFlow.js LayersModel to ONNX, or a run's folder to a bundle.")
    .argument("<input>", "path or address of a model.json, or the folder of a training run")
    .argument(
      "[output]",
      "the .onnx file, or the bundle's folder (default: beside the input; model)",
    ),
  commandSchema,
).action((input: string, output: string | undefined, values: Record<string, unknown>) =>
  runCommand(async () => {
    // commander reads `--no-verify` as `verify: false`.
    const noVerify = values.verify === false;
    const options = parseOptions(commandSchema, { ...values, noVerify });
    const isFolder = await stat(input).then(
      (found) => found.isDirectory(),
      () => false,
    );
    const work = isFolder ? writeBundle : convertFile;
    await sayingOutOfMemory(input, () => work(input, output, options));
  }),
);

await command.parseAsync();
