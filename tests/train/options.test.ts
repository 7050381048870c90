import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { Vocabulary } from "../../core/vocabulary.ts";
import { chosenOptions } from "../../run-files/recipes.ts";
import { runFolder } from "../../run-files/run-folder.ts";
import { train } from "../../train/train.ts";
import { jsonLines, photo, writeFolder } from "../datasets/support.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { train as trainCommand } from "./command.ts";
import { savedRun } from "./saved-run.ts";

/** A data set of one training image and one validation image. */
async function smallDataset(name: string): Promise<string> {
  const rows = ["train", "validation"].map((split) => ({
    image: `${split}.jpg`,
    captions: ["a dog runs"],
    split,
  }));
  const files = {
    "train.jpg": await photo(1, 24, 24),
    "validation.jpg": await photo(2, 24, 24),
    "captions.jsonl": jsonLines(rows),
  };
  return writeFolder(files, join(temporaryFolder(), name));
}

describe("options that do not fit together are refused in one line:", () => {
  test.for<[name: string, code: string, line: RegExp, args: string[]]>([
    [
      "--from with sizes and a backbone",
      "conflicting_options",
      /--from keeps the shape of its network: leave out --units 64 --backbone net --tied\./,
      ["--from", "runs/a", "--units", "64", "--backbone", "net", "--tied"],
    ],
    [
      "--from with --resume",
      "conflicting_options",
      /--resume keeps all options of the run: leave out --from\./,
      ["--from", "runs/a", "--resume", "runs/b"],
    ],
    [
      "--anchor without --from",
      "conflicting_options",
      /--anchor pulls back to the weights of --from.*: leave out --anchor 0.1\./,
      ["--anchor", "0.1"],
    ],
    [
      "no epochs without --from",
      "conflicting_options",
      /A run without an epoch measures the captioner of --from, which is missing: /,
      ["--epochs", "0", "--fine-tune", "0"],
    ],
    [
      "a weight of 0",
      "invalid_option",
      /--weight .*: it must be above 0\./,
      ["--dataset", "a", "--weight", "0"],
    ],
    [
      "fewer weights than data sets",
      "conflicting_options",
      /--weight is given 1 times for 2 --dataset: give one for each\./,
      ["--dataset", "a", "--dataset", "b", "--weight", "2"],
    ],
    [
      "fewer styles than data sets",
      "conflicting_options",
      /--style is given 1 times for 2 --dataset: give one for each\./,
      ["--dataset", "a", "--dataset", "b", "--style", "plain"],
    ],
    [
      "the same data set twice",
      "conflicting_options",
      /--dataset \.\/a is named twice/,
      ["--dataset", "a", "--dataset", "./a"],
    ],
    [
      "a default style that no data set has",
      "conflicting_options",
      /--default-style poetry is not a style of this run: it has a, b\./,
      ["--dataset", "a", "--dataset", "b", "--default-style", "poetry"],
    ],
    [
      "a data set that cannot be read",
      "dataset_not_found",
      /The folder nowhere cannot be read/,
      ["--dataset", "nowhere"],
    ],
    [
      "options of data sets without a data set",
      "conflicting_options",
      /Synthetic images have no data sets to describe: leave out --weight 2 --style plain\./,
      ["--weight", "2", "--style", "plain"],
    ],
    [
      "a feature layer twice",
      "conflicting_options",
      /Each --feature-layer is joined once: leave out --feature-layer conv_2\./,
      ["--feature-layer", "conv_2", "--feature-layer", "conv_2"],
    ],
  ])("%s", async ([, code, line, args]) => {
    const out = join(temporaryFolder(), "run");
    const typed = args.includes("--resume") ? args : [...args, "--out", out];
    const { status, stdout, stderr } = await trainCommand(...typed);
    expect(status).toBe(1);
    expect(stderr).toMatch(line);
    expect(stderr).toMatch(new RegExp(`^error: [^\n]* \\[${code}\\]\n$`));
    expect(stdout).toBe("");
    expect(existsSync(out)).toBe(false);
  });

  test("one readable data set beside one that is not", async () => {
    const empty = join(temporaryFolder(), "empty");
    await mkdir(empty);
    const { status, stderr } = await trainCommand(
      ...["--dataset", await smallDataset("good"), "--dataset", empty],
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: [^\n]*empty has no [^\n]* \[no_[a-z]+\]\n$/);
  });
});

describe("options that do not fit the network are refused before images are read:", () => {
  const read: string[] = [];

  beforeEach(() => {
    read.length = 0;
    for (const stream of [process.stdout, process.stderr]) {
      const spy = vi.spyOn(stream, "write").mockImplementation((text) => {
        read.push(String(text));
        return true;
      });
      onTestFinished(() => spy.mockRestore());
    }
  });

  /** Starts a training that must not get as far as its data. */
  async function refused(typed: Record<string, unknown>): Promise<unknown> {
    const folder = runFolder(join(temporaryFolder(), "run"));
    const options = chosenOptions({ cache: temporaryFolder(), ...typed });
    const run = { options, folder, command: "npm run train", resumed: false };
    const error = await train(run).catch((reason: unknown) => reason);
    expect(read.filter((line) => /training and \d+ validation images/.test(line))).toEqual([]);
    expect(existsSync(folder.path)).toBe(false);
    return error;
  }

  test("a feature layer that the backbone lacks", async () => {
    expect(await refused({ featureLayer: ["conv_9"] })).toMatchObject({
      code: "unknown_feature_layer",
      message: 'The backbone small has no layer "conv_9": its last grid layer is "conv_3".',
    });
  });

  test("grids of which one is not a multiple of the other", async () => {
    // 20 pixels become grids of 10, 5 and 3.
    expect(await refused({ featureLayer: ["conv_2", "conv_3"], imageSize: 20 })).toMatchObject({
      code: "feature_layers_differ",
      message: expect.stringMatching(/^The grid of conv_2 is 5 x 5, not a multiple of 3 x 3: /),
    });
  });

  test("a layer of --fine-tune-from that the backbone lacks", async () => {
    expect(await refused({ fineTuneFrom: "conv_9" })).toMatchObject({
      code: "invalid_option",
      message: expect.stringMatching(/^--fine-tune-from conv_9: the backbone has no such layer/),
    });
  });

  test("feature layers without one of those that --from reads", async () => {
    const { path } = await savedRun("lstm", false, Vocabulary.count([["a", "dog"]], 1));
    expect(await refused({ from: [path], featureLayer: ["conv_2"] })).toMatchObject({
      code: "conflicting_options",
      message: `--from ${path} reads its features from the layer conv_3: --feature-layer can add layers, but not leave that one out.`,
    });
  });

  test.for<[what: string, kind: "lstm" | "attention", tied: boolean, words: string[], RegExp]>([
    ["kind", "attention", false, ["a", "dog"], /the kind of the decoder \(lstm and attention\): /],
    ["output layer", "lstm", true, ["a", "dog"], /tied \(false and true\): only captioners/],
    ["words", "lstm", false, ["a", "cat"], /the vocabulary \(token 5 is "dog" and "cat"\): only/],
    ["number of words", "lstm", false, ["a", "dog", "runs"], /\(token 6 is missing and "runs"\): /],
  ])("captioners of --from that differ in their %s", async ([, kind, tied, words, reason]) => {
    const one = await savedRun("lstm", false, Vocabulary.count([["a", "dog"]], 1));
    const other = await savedRun(kind, tied, Vocabulary.count([words], 1));
    const error = await refused({ from: [one.path, other.path] });
    expect(error).toMatchObject({
      code: "conflicting_options",
      message: expect.stringMatching(reason),
    });
    expect(String(error)).toContain(`--from ${one.path} and --from ${other.path} differ in `);
  });

  test("a layer that --from lacks", async () => {
    const { path } = await savedRun("lstm", false, Vocabulary.count([["a", "dog"]], 1));
    expect(await refused({ from: [path], featureLayer: ["conv_3", "conv_9"] })).toMatchObject({
      code: "unknown_feature_layer",
    });
  });

  test("a folder of --from that holds neither a bundle nor a run", async () => {
    expect(await refused({ from: [temporaryFolder()] })).toMatchObject({
      code: "no_starting_point",
    });
  });
});

test("an empty validation split is refused before any image is prepared", async () => {
  const rows = [{ image: "only.jpg", captions: ["a dog runs"], split: "train" }];
  const files = { "only.jpg": await photo(1, 24, 24), "captions.jsonl": jsonLines(rows) };
  const data = await writeFolder(files);
  const cache = temporaryFolder();
  const { path } = await savedRun("lstm", false, Vocabulary.count([["a", "dog"]], 1));
  const { status, stderr } = await trainCommand(
    ...["--dataset", data, "--from", path, "--minimum-count", "1", "--cache", cache],
  );
  expect(status).toBe(1);
  expect(stderr).toMatch(/error: The validation split of data is empty: .* \[empty_split\]\n$/);
  expect(stderr).not.toContain("preparing");
});
