/**
 * The Worker with more routes, for measuring: the size of ONNX Runtime's heap, each step of captioning
 * by itself, and other graphs. All other requests go to the Worker itself.
 *
 * @module
 */

// First: ONNX Runtime creates its memory when it is imported.
import "./memories.ts";

import { checkImage, readImage } from "../../core/codecs/decode.ts";
import { prepareImage } from "../../core/codecs/prepare-image.ts";
import type { Bindings } from "../../worker/http/environment.ts";
import app from "../../worker/index.ts";
import { openModel } from "../../worker/isolate/index.ts";
import { decoders } from "../../worker/model/decoders.ts";
import { loadGraph, runGraph } from "./graph.ts";
import { memoryBytes } from "./memories.ts";

interface Asked {
  readonly bindings: Bindings;
  readonly body: Uint8Array;
  /** How often the step runs. */
  readonly repeat: number;
}

const LIMITS = { pixels: Number.POSITIVE_INFINITY };

type Step = (asked: Asked) => Promise<unknown>;

const steps: Readonly<Record<string, Step>> = {
  "/bench/decode": async ({ body, repeat }) => {
    const checked = checkImage(body, LIMITS);
    for (let count = 0; count < repeat; count++) {
      await readImage(checked, decoders, () => undefined);
    }
  },

  "/bench/prepare": async ({ bindings, body, repeat }) => {
    for (let count = 0; count < repeat; count++) await prepared(bindings, body);
  },

  "/bench/encode": async ({ bindings, body, repeat }) => {
    const { captioner, input } = await prepared(bindings, body);
    const { manifest, encoder } = captioner.bundle;
    const { height, width } = manifest.preparation;
    const image = { type: "uint8", dims: [1, height, width, 3], data: input } as const;
    for (let count = 0; count < repeat; count++) {
      await encoder.run({ [manifest.network.encoder.image]: image });
    }
  },

  "/bench/caption": async ({ bindings, body, repeat }) => {
    const { captioner, input } = await prepared(bindings, body);
    for (let count = 0; count < repeat; count++) await captioner.caption(input);
  },

  "/bench/graph": ({ body }) => loadGraph(body),

  "/bench/graph/run": ({ body, repeat }) =>
    runGraph(JSON.parse(new TextDecoder().decode(body)), repeat),
};

async function loadCaptioner(bindings: Bindings) {
  return (await openModel(bindings, () => {})).load();
}

async function prepared(bindings: Bindings, image: Uint8Array) {
  const captioner = await loadCaptioner(bindings);
  const { preparation } = captioner.bundle.manifest;
  const input = await prepareImage(checkImage(image, LIMITS), preparation, decoders);
  return { captioner, input };
}

export default {
  async fetch(request: Request, bindings: Bindings, context: ExecutionContext): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/bench/memory") return Response.json({ bytes: memoryBytes() });
    const step = steps[pathname];
    if (step === undefined) return app.fetch(request, bindings, context);
    const body = new Uint8Array(await request.arrayBuffer());
    await step({ bindings, body, repeat: Number(searchParams.get("repeat") ?? 1) });
    return Response.json({});
  },
};
