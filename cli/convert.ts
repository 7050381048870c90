#!/usr/bin/env node
/**
 * `npm run convert -- INPUT [OUT]`: converts a `model.json` (or its folder) to an `.onnx` file, or
 * the folder of a training run to a bundle.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { writeBundle } from "../convert/bundle.ts";
import { type CommandOptions, commandSchema } from "../convert/command.ts";
import { convertFile } from "../convert/file.ts";
import { explainingOutOfMemory } from "../convert/memory.ts";
import { UserError } from "../core/errors.ts";
import { createCommand, runCommand } from "../node/cli/command.ts";
import { addOptions, parseOptions } from "../node/cli/option-flags.ts";

const command = addOptions(
  createCommand(
    "npm run convert --",
    "Converts a TensorFlow.js LayersModel to ONNX, or a run's folder to a bundle.",
  )
    .argument(
      "<input>",
      "path or address of a model.json (or its folder), or the folder of a training run",
    )
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
    const run = await isRun(input);
    const model = existsSync(join(input, "model.json")) ? join(input, "model.json") : input;
    if (run) refuseOptionsOfModels(options);
    await explainingOutOfMemory(input, () =>
      withoutWarnings(() =>
        run ? writeBundle(input, output, options) : convertFile(model, output, options),
      ),
    );
  }),
);

function refuseOptionsOfModels({ inputShape, proofInput, kerasResizing }: CommandOptions): void {
  if (inputShape === undefined && proofInput === undefined && !kerasResizing) return;
  throw new UserError(
    "invalid_option",
    "--input-shape, --proof-input and --keras-resizing are for single models, not for a run.",
  );
}

/** Suppresses TensorFlow.js's own warnings during a command; what matters is an error. */
async function withoutWarnings(work: () => Promise<void>): Promise<void> {
  const { warn } = console;
  console.warn = () => {};
  try {
    await work();
  } finally {
    console.warn = warn;
  }
}

/** Treats a folder as a run's unless it has a model and no configuration of a run. */
async function isRun(input: string): Promise<boolean> {
  const folder = await stat(input).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!folder || existsSync(join(input, "config.json"))) return folder;
  return !existsSync(join(input, "model.json"));
}

await command.parseAsync();
