import { readFile } from "node:fs/promises";
import { Captioner } from "../../core/captioner.ts";
import { decodeImage } from "../../core/codecs/decode.ts";
import { prepare } from "../../core/image/prepare.ts";
import { readBundle } from "../../node/bundle.ts";
import { loadDecoders } from "../../node/codecs.ts";
import { onnxRuntime } from "../../node/onnx-runtime.ts";
import { patterned } from "../graphs/inputs.ts";
import { answer } from "../measure/child.ts";
import { timeRuns } from "../measure/timing.ts";
import type { ElsewhereArgument } from "./argument.ts";

await answer(async ({ bundle, graph, inputs, picture, runs }: ElsewhereArgument) => {
  const session = await onnxRuntime.createSession(await readFile(graph), []);
  const feeds = Object.fromEntries(inputs.map((input) => [input.name, patterned(input)]));
  const backbone = await timeRuns(() => session.run(feeds), { runs, warmUp: 10 });

  const captioner = new Captioner(await readBundle(bundle));
  const decoders = loadDecoders();
  const bytes = await readFile(picture);
  const caption = async () => {
    const { preparation } = captioner.bundle.manifest;
    const { pixels, header } = await decodeImage(bytes, decoders, { pixels: 2e7 });
    await captioner.caption(prepare(pixels, header.orientation, preparation));
  };
  return { backbone, caption: await timeRuns(caption, { runs, warmUp: 10 }) };
});
