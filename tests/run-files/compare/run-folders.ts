import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { drawKey, uniformDraws } from "../../../core/random-draws.ts";
import { measure } from "../../../metrics/index.ts";
import type { LogEntry } from "../../../run-files/log.ts";
import { chosenOptions } from "../../../run-files/recipes.ts";
import { describeRun, type RunDescription } from "../../../run-files/run-description.ts";
import { type RunFolder, runFolder } from "../../../run-files/run-folder.ts";
import { saveValidationCaptions } from "../../../run-files/validation-captions.ts";

/** A description of a network that fits the schema; no test here runs it. */
export const NETWORK = {
  network: {
    kind: "lstm",
    encoder: { image: "image" },
    decoder: {
      token: "token",
      logits: "logits",
      state: [{ input: "hidden", output: "next_hidden", initial: "initial_hidden" }],
      image: [],
    },
    embeddingSize: 8,
    units: 8,
  },
  preparation: { height: 32, width: 32, fit: "stretch", background: 128, filter: "triangle" },
  maximumLength: 20,
} as const satisfies RunDescription["network"];

const subjects = ["dog", "cat", "man", "woman", "boy", "girl", "horse", "bird"];
const deeds = ["runs", "sits", "jumps", "stands", "plays", "sleeps"];
const places = ["on grass", "on snow", "in water", "on a street", "in a field", "by a wall"];

export interface Captions {
  readonly ids: readonly string[];
  readonly candidates: readonly (readonly string[])[];
  readonly references: readonly (readonly (readonly string[])[])[];
}

/**
 * Captions of a system that is right about a scene as often as is asked, each word drawn by itself.
 *
 * @param skill - the share of right words.
 */
export function drawnCaptions(images: number, skill: number, seed: number): Captions {
  const pick = (list: readonly string[], draw = 0) => list[Math.floor(draw * list.length)] ?? "";
  const say = (words: readonly string[]) => ["a", ...words.join(" ").split(" ")];
  const ids = Array.from({ length: images }, (_, index) => `${index}.jpg`);
  const scenes = ids.map((_, index) => {
    const draws = uniformDraws(drawKey("scene", index), 5);
    return [pick(subjects, draws[0]), pick(deeds, draws[1]), pick(places, draws[2])];
  });
  const candidates = scenes.map((scene, index) => {
    const draws = uniformDraws(drawKey("written", seed, index), 6);
    const guess = [pick(subjects, draws[3]), pick(deeds, draws[4]), pick(places, draws[5])];
    return say(
      scene.map((word, part) => ((draws[part] ?? 1) < skill ? word : (guess[part] ?? ""))),
    );
  });
  const references = scenes.map(([subject = "", deed = "", place = ""]) => [
    say([subject, deed, place]),
    say([subject, "that", deed, place]),
  ]);
  return { ids, candidates, references };
}

/** Writes what `npm run compare` reads of a finished run of two epochs. */
export async function writeRun(
  path: string,
  asked: Readonly<Record<string, unknown>>,
  captions: Captions,
): Promise<RunFolder> {
  const folder = runFolder(path);
  const dataset = { name: "flickr8k", images: 6000, captions: 30000, faults: [] };
  await describeRun(folder, {
    config: {
      options: chosenOptions({ dataset: "data/flickr8k", ...asked }),
      command: "npm run train",
      dataset: { ...dataset, validationImages: captions.ids.length },
      backbone: { name: "small", featureLayer: "conv_3", sha256: "0" },
    },
    network: NETWORK,
    vocabulary: ["<pad>", "<start>", "<end>", "<unknown>", ...subjects, ...deeds],
  });
  await saveValidationCaptions(folder, captions);
  const { corpus } = measure(captions.candidates, captions.references);
  const images = captions.ids.length;
  const epoch = (number: number, share: number): LogEntry => ({
    event: "epoch",
    stage: "frozen",
    epoch: number,
    loss: 4 - number,
    seconds: 60,
    validation: Object.fromEntries(
      Object.entries(corpus).map(([name, value]) => [name, share * value]),
    ),
    best: true,
  });
  const training = { ...corpus, "CIDEr-D": corpus["CIDEr-D"] + 0.5 };
  const entries: LogEntry[] = [
    epoch(1, 0.5),
    epoch(2, 1),
    { event: "measure", split: "validation", images, values: corpus },
    { event: "measure", split: "train-1000", images: 1000, values: training },
  ];
  writeFileSync(
    join(path, "log.jsonl"),
    entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""),
  );
  return folder;
}
