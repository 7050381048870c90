/**
 * The Worker with doors for measuring: the memory that it uses, and the steps of captioning one by
 * one. Everything else is the Worker itself.
 *
 * @module
 */

// Before ONNX Runtime, which makes its memory when it is imported.
import "./memories.ts";

import { decodeImage } from "../../core/codecs/decode.ts";
import { prepare } from "../../core/image/prepare.ts";
import { decoders } from "../../worker/codecs.ts";
import type { Bindings } from "../../worker/environment.ts";
import app from "../../worker/index.ts";
import { loadCaptioner } from "../../worker/model.ts";
import { loadGraph, runGraph } from "./graph.ts";
import { memoryBytes } from "./memories.ts";

type Step = (bindings: Bindings, picture: Uint8Array, repeat: number) => Promise<unknown>;

const steps: Readonly<Record<string, Step>> = {
  "/bench/load": async (bindings) => {
    await loadCaptioner(bindings, () => {});
  },

  "/bench/decode": async (_, picture, repeat) => {
    for (let count = 0; count < repeat; count++) await decode(picture);
  },

  "/bench/prepare": async (bindings, picture, repeat) => {
    const captioner = await loadCaptioner(bindings, () => {});
    const { pixels, header } = await decode(picture);
    for (let count = 0; count < repeat; count++) {
      prepare(pixels, header.orientation, captioner.bundle.manifest.preparation);
    }
  },

  "/bench/encode": async (bindings, picture, repeat) => {
    const { captioner, input } = await prepared(bindings, picture);
    const { manifest, encoder } = captioner.bundle;
    const { height, width } = manifest.preparation;
    for (let count = 0; count < repeat; count++) {
      await encoder.run({
        [manifest.network.encoder.image]: {
          type: "uint8",
          dims: [1, height, width, 3],
          data: input,
        },
      });
    }
  },

  "/bench/caption": async (bindings, picture, repeat) => {
    const { captioner, input } = await prepared(bindings, picture);
    for (let count = 0; count < repeat; count++) await captioner.caption(input);
  },
};

async function decode(picture: Uint8Array) {
  return decodeImage(picture, decoders, { pixels: Number.POSITIVE_INFINITY });
}

async function prepared(bindings: Bindings, picture: Uint8Array) {
  const captioner = await loadCaptioner(bindings, () => {});
  const { pixels, header } = await decode(picture);
  const input = prepare(pixels, header.orientation, captioner.bundle.manifest.preparation);
  return { captioner, input };
}

/** Computes for some tens of milliseconds, by which the process that this runs in shows itself. */
function busy(): Response {
  let sum = 0;
  for (let round = 0; round < 2e7; round++) sum += Math.sqrt(round);
  return Response.json({ sum });
}

export default {
  async fetch(request: Request, bindings: Bindings, context: ExecutionContext): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/bench/busy") return busy();
    if (pathname === "/bench/memory") return Response.json({ bytes: memoryBytes() });
    if (pathname === "/bench/graph") {
      const model = await fetch(searchParams.get("url") ?? "");
      await loadGraph(new Uint8Array(await model.arrayBuffer()));
      return Response.json({});
    }
    if (pathname === "/bench/graph/run") {
      await runGraph(await request.json(), Number(searchParams.get("repeat") ?? 1));
      return Response.json({});
    }
    const step = steps[pathname];
    if (step === undefined) return app.fetch(request, bindings, context);
    const picture = new Uint8Array(await request.arrayBuffer());
    await step(bindings, picture, Number(searchParams.get("repeat") ?? 1));
    return Response.json({});
  },
};
