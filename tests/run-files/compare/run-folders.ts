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
 * Draws captions of a system that is right about a scene with a given probability, word by word.
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

/** Writes a finished run of two epochs, as a version without styles left it. */
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

/** Writes a run of several data sets, whose best epoch is the first of the stage fine-tune. */
export async function writeRunOfSets(
  path: string,
  captions: Readonly<Record<string, Captions>>,
  { finished = true } = {},
): Promise<RunFolder> {
  const folder = runFolder(path);
  const names = Object.keys(captions);
  const sets = Object.entries(captions).map(([name, { ids }], index) => ({
    name,
    weight: index + 1,
    images: 100,
    captions: 500,
    validationImages: ids.length,
  }));
  const totals = { images: 200, captions: 1000, validationImages: 70 };
  await describeRun(folder, {
    config: {
      options: chosenOptions({ dataset: names.map((name) => `data/${name}`) }),
      command: "npm run train",
      dataset: { name: names.join(" + "), ...totals, faults: [], sets },
      backbone: { name: "small", featureLayer: "conv_3", sha256: "0" },
    },
    network: { ...NETWORK, defaultStyle: names.at(-1) },
    vocabulary: [
      ...["<pad>", "<start>", "<end>", "<unknown>"],
      ...names.map((name) => `<style:${name}>`),
      ...[...subjects, ...deeds],
    ],
  });
  await saveValidationCaptions(folder, {
    ids: Object.entries(captions).flatMap(([name, { ids }]) => ids.map((id) => `${name}/${id}`)),
    candidates: Object.values(captions).flatMap(({ candidates }) => candidates),
    references: Object.values(captions).flatMap(({ references }) => references),
  });
  const valuesOf = ({ candidates, references }: Captions) => measure(candidates, references).corpus;
  const start: LogEntry = { event: "start", backend: "native", ...totals, words: 20, sets };
  const epoch: LogEntry = {
    event: "epoch",
    stage: "fine-tune",
    epoch: 1,
    loss: 3,
    seconds: 60,
    validation: { "CIDEr-D": 0.5 },
    sets: Object.fromEntries(names.map((name) => [name, valuesOf(captionsOf(captions, name))])),
    best: true,
  };
  const measures = names.flatMap((set): LogEntry[] => {
    const own = captionsOf(captions, set);
    const values = valuesOf(own);
    return [
      { event: "measure", split: "validation", set, images: own.ids.length, values },
      { event: "measure", split: "train-1000", set, images: 1000, values },
    ];
  });
  const entries = [start, epoch, ...(finished ? measures : [])];
  writeFileSync(folder.log, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
  return folder;
}

function captionsOf(captions: Readonly<Record<string, Captions>>, name: string): Captions {
  const own = captions[name];
  if (own) return own;
  throw new Error(`there are no captions of ${name}`);
}
