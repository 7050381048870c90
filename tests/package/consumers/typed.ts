// Never run: the type checker compares every line with the types of the package.
import * as tf from "@tensorflow/tfjs";
import { CaptionerError, createCaptioner } from "edge-caption/browser";
import { type CaptionAnswer, CaptionError, createClient } from "edge-caption/client";
import {
  type Conversion,
  type ConvertOptions,
  convert,
  type LayerHandler,
  loadModel,
  prove,
} from "edge-caption/convert";
import { Captioner, type Manifest, runtimeOf } from "edge-caption/core";
import { tokenizeCaption } from "edge-caption/metrics";
import { type ModelProto, readOnnx } from "edge-caption/onnx";
import * as ort from "onnxruntime-web/wasm";

const doubled: LayerHandler = ({ onnx: graph, x, weight }) =>
  graph.op("Mul", [x, weight("factor")]);
const options: ConvertOptions = { opset: 18, weights: "int8", layers: { Doubled: doubled } };

export async function convertAll(path: string): Promise<Conversion> {
  const model: tf.LayersModel = await loadModel(tf, path);
  const conversion = convert(model, options);
  const [first] = await prove({ tf, runtime: runtimeOf(ort) }, model, conversion);
  const error: number = first?.error ?? 0;
  const names: string[] = conversion.inputs.map(({ name }) => name);
  const file: ModelProto = readOnnx(conversion.model);
  if (error > 1 || names.length === 0) throw new Error(file.producerName);
  return conversion;
}

export async function captionAll(manifest: Manifest): Promise<string> {
  const client = createClient({ baseUrl: "https://captions.example", key: "secret" });
  try {
    const answer: CaptionAnswer = await client.caption(new Uint8Array(3), { beam: 2 });
    for await (const line of client.captions([new URL("https://example.com")])) {
      const index: number = line.index;
      if ("answer" in line && line.answer.caption === null) return line.answer.draft;
      if (index > tokenizeCaption(answer.caption).length) return manifest.name;
    }
    return answer.caption;
  } catch (error) {
    if (error instanceof CaptionError && error.code === "too_many_pixels") return error.message;
    throw error;
  }
}

export async function captionHere(file: File, image: HTMLImageElement): Promise<string | null> {
  const captioner = await createCaptioner({
    model: "/model/",
    onProgress: ({ totalBytes }) => totalBytes,
  });
  try {
    const text: string = (await captioner.caption(image, { neutral: true })).caption;
    const answer = await captioner.caption(file, { min_confidence: 0.7, beam: 3 });
    return answer.caption === null ? answer.draft : text;
  } catch (error) {
    return error instanceof CaptionerError && error.code === "closed" ? null : "";
  }
}

// @ts-expect-error a page's captioner needs a service
void createCaptioner({});
// @ts-expect-error weights are stored in one of three ways
convert({} as tf.LayersModel, { weights: "fp8" });
// @ts-expect-error a captioner is made of a bundle
new Captioner("model");
// @ts-expect-error the service has an address
createClient({});
