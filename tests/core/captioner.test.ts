import { beforeAll, describe, expect, test } from "vitest";
import { Captioner } from "../../core/captioner.ts";
import { readBundle } from "../../node/bundle.ts";
import { sharedFolder } from "../support/temporary-folder.ts";
import { writeToyBundle } from "../support/toy-bundle.ts";

const folder = sharedFolder();
/** Says which of red, green and blue an image of 4 by 6 has most of. */
let captioner: Captioner;

beforeAll(async () => {
  await writeToyBundle(folder);
  captioner = new Captioner(await readBundle(folder));
});

function image(red: number, green: number, blue: number): Uint8Array {
  return Uint8Array.from({ length: 4 * 6 * 3 }, (_, index) => [red, green, blue][index % 3] ?? 0);
}

describe("a captioner", () => {
  test.each([
    ["Red.", image(200, 10, 30)],
    ["Green.", image(20, 210, 30)],
    ["Blue.", image(20, 10, 230)],
  ])("says %s of an image that is", async (sentence, pixels) => {
    const captions = await captioner.caption(pixels);
    expect(captions).toHaveLength(1);
    expect(captions[0]?.caption).toBe(sentence);
  });

  test("returns the probability of each word and of the end", async () => {
    const [caption] = await captioner.caption(image(200, 199, 0));
    expect(caption?.tokens).toEqual(["red"]);
    const [word = 0, end] = caption?.tokenLogProbabilities ?? [];
    // Softmax over red 200, green 199, blue 0 and an end that is far below.
    expect(word).toBeCloseTo(-Math.log(1 + Math.exp(-1)), 5);
    expect(end).toBeCloseTo(0, 5);
    expect(caption?.logProbability).toBeCloseTo(word, 5);
  });

  test("returns alternatives with a beam, the best first", async () => {
    const captions = await captioner.caption(image(200, 199, 198), { beamSize: 3 });
    expect(captions.map(({ caption }) => caption)).toEqual(["Red.", "Green.", "Blue."]);
  });

  test("writes at most the maximum number of words", async () => {
    const [caption] = await captioner.caption(image(0, 0, 9), { maximumLength: 1 });
    expect(caption?.tokens).toEqual(["blue"]);
    expect(caption?.tokenLogProbabilities).toHaveLength(1);
  });

  test("returns the most probable next word at each place of a given caption", async () => {
    const red = image(200, 10, 30);
    expect(await captioner.choices(red, [])).toEqual(["red"]);
    expect(await captioner.choices(red, ["green"])).toEqual(["red", undefined]);
    expect(await captioner.choices(red, Array(9).fill("blue"))).toHaveLength(5);
  });

  test("captions several images at the same time", async () => {
    const colours = [image(200, 10, 30), image(20, 210, 30), image(20, 10, 230)];
    const late = async (pixels: Uint8Array, steps: number) => {
      for (let step = 0; step < steps; step++) await null;
      return (await captioner.caption(pixels))[0]?.caption;
    };
    for (let steps = 0; steps < 10; steps++) {
      const sentences = colours.map((colour, index) => late(colour, index * steps));
      expect(await Promise.all(sentences)).toEqual(["Red.", "Green.", "Blue."]);
    }
  });

  test("has no attention if the decoder has none", async () => {
    const [caption] = await captioner.caption(image(1, 2, 3));
    expect(caption?.attention).toEqual([]);
  });
});
