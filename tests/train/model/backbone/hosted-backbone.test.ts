import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type * as tfTypes from "@tensorflow/tfjs";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { loadBackbone } from "../../../../train/model/backbone/load-backbone.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";
import { tf } from "../../../support/tensorflow.ts";

/** Options of a backbone that gives its last grid. */
const options = (cache: string) =>
  ({ featureLayers: undefined, pixelRange: [-1, 1], cache }) as const;

/** The files of a hosted model, with its weights in three shards. */
let hosted: ReadonlyMap<string, Uint8Array>;
let own: tfTypes.LayersModel;

beforeAll(async () => {
  const input = tf.input({ shape: [8, 8, 3] });
  const grid = tf.layers
    .conv2d({ name: "grid", filters: 6, kernelSize: 3, strides: 2 })
    .apply(input) as tfTypes.SymbolicTensor;
  own = tf.model({ inputs: input, outputs: grid, name: "hosted" });
  const files = new Map<string, Uint8Array>();
  await own.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      const weights = new Uint8Array(weightData as ArrayBuffer);
      const cuts = [0, 100, 400, weights.byteLength];
      const paths = ["shards/1of3", "shards/2of3", "shards/3of3"];
      for (const [index, path] of paths.entries()) {
        files.set(`/net/${path}`, weights.subarray(cuts[index], cuts[index + 1]));
      }
      const manifest = [{ paths, weights: weightSpecs }];
      const json = JSON.stringify({ modelTopology, weightsManifest: manifest });
      files.set("/net/model.json", Buffer.from(json));
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
    }),
  );
  hosted = files;
});

/** Serves the model on a loopback port. @returns its URL, and the paths of all requests. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/net/model.json`, asked };
}

function whole(request: IncomingMessage, response: ServerResponse): void {
  const path = new URL(request.url ?? "", "http://localhost").pathname;
  const bytes = hosted.get(path);
  response.statusCode = bytes ? 200 : 404;
  response.end(bytes);
}

/** Answers every request correctly except that for the last shard. */
function broken(last: (bytes: Uint8Array, response: ServerResponse) => void) {
  return (request: IncomingMessage, response: ServerResponse) => {
    const bytes = hosted.get(request.url ?? "");
    if (request.url?.endsWith("3of3") && bytes) last(bytes, response);
    else whole(request, response);
  };
}

function features(model: tfTypes.LayersModel): number[] {
  return tf.tidy(() => {
    const image = tf.linspace(-1, 1, 8 * 8 * 3).reshape([1, 8, 8, 3]);
    return Array.from((model.predict(image) as tfTypes.Tensor).dataSync());
  });
}

describe("a backbone by its URL", () => {
  test("is downloaded with all its shards, and gives the features of the hosted model", async () => {
    const { url, asked } = await serve(whole);
    const backbone = await loadBackbone(tf, url, options(temporaryFolder()));
    expect(features(backbone.model)).toEqual(features(own));
    expect(backbone).toMatchObject({ name: "hosted", featureLayers: ["grid"] });
    expect(asked.toSorted()).toEqual([...hosted.keys()].toSorted());
  });

  test("is downloaded once: the next run reads the cache", async () => {
    const cache = temporaryFolder();
    const { url, asked } = await serve(whole);
    const first = await loadBackbone(tf, url, options(cache));
    const count = asked.length;
    const second = await loadBackbone(tf, url, options(cache));
    expect(asked.length).toBe(count);
    expect(second.sha256).toBe(first.sha256);
    expect(features(second.model)).toEqual(features(own));
  });

  test("is cached by its URL with the query, which every shard's request carries", async () => {
    const cache = temporaryFolder();
    const { url, asked } = await serve(whole);
    await loadBackbone(tf, url, options(cache));
    await loadBackbone(tf, `${url}?key=1`, options(cache));
    expect(asked.filter((path) => path.endsWith("?key=1"))).toHaveLength(hosted.size);
  });

  test.each([
    ["a status of 500", (_: Uint8Array, response: ServerResponse) => response.writeHead(500).end()],
    [
      "an interrupted connection",
      (bytes: Uint8Array, response: ServerResponse) => {
        response.writeHead(200, { "Content-Length": bytes.length });
        response.write(bytes.subarray(0, 10));
        setTimeout(() => response.destroy(), 20);
      },
    ],
    [
      "a shard that is too short",
      (bytes: Uint8Array, response: ServerResponse) => response.end(bytes.subarray(0, 40)),
    ],
  ])("is not cached after %s, and can be downloaded again", async (_, last) => {
    const cache = temporaryFolder();
    let answer = broken(last);
    const { url } = await serve((request, response) => answer(request, response));
    await expect(loadBackbone(tf, url, options(cache))).rejects.toMatchObject({
      code: expect.stringMatching(/^(backbone_not_found|invalid_backbone)$/),
      message: expect.stringContaining(url.replace("model.json", "")),
    });
    expect(await readdir(join(cache, "backbones")).catch(() => [])).toEqual([]);
    answer = whole;
    const backbone = await loadBackbone(tf, url, options(cache));
    expect(features(backbone.model)).toEqual(features(own));
  });

  test("is downloaded again where its cached files are damaged", async () => {
    const cache = temporaryFolder();
    const { url } = await serve(whole);
    await loadBackbone(tf, url, options(cache));
    const [place = ""] = await readdir(join(cache, "backbones"));
    const shard = join(cache, "backbones", place, "shard-3.bin");
    await writeFile(shard, (await readFile(shard)).subarray(0, 8));
    const backbone = await loadBackbone(tf, url, options(cache));
    expect(features(backbone.model)).toEqual(features(own));
  });

  test("of an unreachable server is refused in one line", async () => {
    const url = "http://127.0.0.1:9/model.json";
    await expect(loadBackbone(tf, url, options(temporaryFolder()))).rejects.toMatchObject({
      code: "backbone_not_found",
      message: expect.stringMatching(
        /^The backbone's file http:\/\/127\.0\.0\.1:9\/model\.json cannot be read: .+\.$/,
      ),
    });
  });
});

describe("a backbone by its path", () => {
  test("is read with all its shards, and not cached", async () => {
    const folder = temporaryFolder();
    const cache = temporaryFolder();
    await mkdir(join(folder, "net", "shards"), { recursive: true });
    for (const [path, bytes] of hosted) await writeFile(join(folder, path), bytes);
    const path = join(folder, "net", "model.json");
    const backbone = await loadBackbone(tf, path, options(cache));
    expect(features(backbone.model)).toEqual(features(own));
    expect(await readdir(cache)).toEqual([]);
  });
});
