import { describe, expect, test } from "vitest";
import { parseManifest } from "../../../core/bundle/manifest.ts";
import { Captioner } from "../../../core/captioner.ts";
import { readBundle } from "../../../node/bundle.ts";
import { LOG_PROBABILITY_CONFIDENCE } from "../../support/confidence-model.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { writeToyBundle } from "../../support/toy-bundle.ts";

/** Red 200, green 199: the toy gives "red" the probability 1 / (1 + exp(-1)), then ends. */
const undecided = Uint8Array.from(
  { length: 4 * 6 * 3 },
  (_, index) => [200, 199, 0][index % 3] ?? 0,
);

describe("a captioner", () => {
  test("of a calibrated bundle gives the confidence of each caption", async () => {
    const folder = temporaryFolder();
    await writeToyBundle(folder, { confidence: LOG_PROBABILITY_CONFIDENCE });
    const captioner = new Captioner(await readBundle(folder));
    const [red, green] = await captioner.caption(undecided, { beamSize: 2 });
    const mean = -Math.log(1 + Math.exp(-1)) / 2;
    expect(red?.confidence).toBeCloseTo(1 / (1 + Math.exp(-mean)), 3);
    expect(green?.confidence).toBeLessThan(red?.confidence ?? 0);
  });

  test("gives the entropy of each word, also with a beam", async () => {
    const folder = temporaryFolder();
    await writeToyBundle(folder);
    const captioner = new Captioner(await readBundle(folder));
    const red = 1 / (1 + Math.exp(-1));
    const entropy = -red * Math.log(red) - (1 - red) * Math.log(1 - red);
    for (const beamSize of [1, 2]) {
      const [best] = await captioner.caption(undecided, { beamSize });
      const [word, end] = best?.evidence.tokenEntropies ?? [];
      expect(word).toBeCloseTo(entropy, 4);
      expect(end).toBeCloseTo(0, 4);
    }
  });

  test("of a bundle without calibration gives none", async () => {
    const folder = temporaryFolder();
    await writeToyBundle(folder);
    const [caption] = await new Captioner(await readBundle(folder)).caption(undecided);
    expect(caption).not.toHaveProperty("confidence");
  });
});

describe("a manifest's confidence", () => {
  const [term] = LOG_PROBABILITY_CONFIDENCE.terms;

  test.each([
    ["a feature that does not exist", { terms: [{ ...term, feature: "mood" }] }],
    ["a deviation of zero", { terms: [{ ...term, deviation: 0 }] }],
    ["no features", { terms: [] }],
    ["a threshold above one", { threshold: 1.5 }],
  ])("with %s is refused", async (_, change) => {
    const manifest = await writeToyBundle(temporaryFolder());
    const confidence = { ...LOG_PROBABILITY_CONFIDENCE, ...change };
    expect(() => parseManifest({ ...manifest, confidence })).toThrow(
      expect.objectContaining({
        code: "invalid_manifest",
        message: expect.stringContaining('"confidence.'),
      }),
    );
  });
});
