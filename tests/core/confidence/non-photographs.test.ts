import { expect, test } from "vitest";
import { Captioner } from "../../../core/captioner.ts";
import { prepare } from "../../../core/image/prepare.ts";
import { readBundle } from "../../../node/bundle.ts";
import { releasedModel } from "../../../node/released-model.ts";
import { freshNonPhotographs } from "../../support/non-photographs.ts";

test("the released bundle has a low confidence in captions of images that are not photographs", async () => {
  const captioner = new Captioner(await readBundle(releasedModel));
  const { confidence, preparation } = captioner.bundle.manifest;
  const threshold = confidence?.threshold ?? 0;
  for (const [kind, images] of await freshNonPhotographs(3)) {
    let sum = 0;
    for (const pixels of images) {
      const [caption] = await captioner.caption(prepare(pixels, 1, preparation));
      sum += caption?.confidence ?? 1;
    }
    const mean = sum / images.length;
    expect({ kind, low: mean < threshold, mean }).toMatchObject({ low: true });
  }
}, 300_000);
