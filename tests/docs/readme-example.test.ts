import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { captionImage } from "../../cli/caption/caption-image.ts";
import { Captioner } from "../../core/captioner.ts";
import { readBundle } from "../../node/bundle.ts";
import { loadDecoders } from "../../node/codecs.ts";
import { releasedModel } from "../../node/released-model.ts";

const root = join(import.meta.dirname, "../..");

test("the README's example of an answer is what the released model says", async () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const photograph = /--data-binary @(?<path>\S+)/.exec(readme)?.groups?.path ?? "";
  const block = /```js\n(?<json>\{.*?)```/s.exec(readme)?.groups?.json ?? "";
  const { model, ...printed } = JSON.parse(block.replace("[ ... ]", "[]"));

  const bundle = await readBundle(releasedModel);
  const file = join(root, photograph);
  const said = await captionImage(file, new Captioner(bundle), loadDecoders(), { beamSize: 1 });
  const { caption, tokens, image } = said;
  const logProbability = Number(said.logProbability.toFixed(4));
  expect(printed).toEqual({ caption, tokens, tokenLogProbabilities: [], logProbability, image });
  expect(model).toEqual({ name: bundle.manifest.name, version: bundle.manifest.version });
});
