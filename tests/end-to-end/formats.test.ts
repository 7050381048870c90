import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { examplesFolder } from "../../bench/images.ts";
import { ask, captionOf, type Service, startService } from "../support/service.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

// A busy machine may take a minute for the first caption, which loads the model.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 180_000 });

const run = promisify(execFile);
const root = join(examplesFolder, "..");
const photo = () => sharp(join(examplesFolder, "coffee.jpg"));
/** The size of a phone's photographs. */
const phone = () => photo().resize(4032, 3024, { fit: "fill", kernel: "cubic" });

/** A photograph in every format, by the names of its files. */
const FILES: Readonly<Record<string, () => Sharp | Promise<Sharp>>> = {
  "baseline.jpg": () => photo().jpeg(),
  "progressive.jpg": () => photo().jpeg({ progressive: true }),
  "grey.jpg": () => photo().greyscale().jpeg(),
  "inks.jpg": () => photo().toColourspace("cmyk").jpeg(),
  "turned.jpg": () => photo().jpeg().withMetadata({ orientation: 6 }),
  "12-megapixels.jpg": () => phone().jpeg({ quality: 90 }),
  "12-megapixels-progressive.jpg": () => phone().jpeg({ quality: 90, progressive: true }),
  "plain.png": () => photo().png(),
  "palette.png": () => photo().png({ palette: true }),
  "16-bits.png": () => photo().toColourspace("rgb16").png(),
  "alpha.png": () => photo().ensureAlpha(0.7).png(),
  "interlaced.png": () => photo().png({ progressive: true }),
  "lossy.webp": () => photo().webp(),
  "lossless.webp": () => photo().webp({ lossless: true }),
  "alpha.webp": () => photo().ensureAlpha(0.7).webp(),
  "animated.webp": async () => (await twoFrames()).webp({ delay: [100, 100] }),
  "plain.gif": () => photo().gif(),
  "animated.gif": async () => (await twoFrames()).gif({ delay: [100, 100] }),
  "plain.avif": () => photo().avif({ effort: 0 }),
  "turned.avif": () => photo().avif({ effort: 0 }).withMetadata({ orientation: 6 }),
};

const folder = sharedFolder();
let origin: Server;
let service: Service;

beforeAll(async () => {
  for (const [name, make] of Object.entries(FILES)) {
    await writeFile(join(folder, name), await (await make()).toBuffer());
  }
  origin = createServer(async (request, response) => {
    // Neither the name nor the type tells the format.
    response.setHeader("Content-Type", "text/html");
    response.end(await readFile(join(folder, basename(request.url ?? ""))));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => origin.once("listening", resolve));
  service = await startService({ variables: { PRIVATE_HOSTS: hostOf(origin) } });
});

afterAll(async () => {
  await service?.stop();
  origin?.close();
});

test("a photograph of any format gets the same caption by URL, by upload and on the command line", async () => {
  const names = Object.keys(FILES);
  const paths = names.map((name) => join(folder, name));
  const { stdout } = await run(process.execPath, ["cli/caption.ts", ...paths], { cwd: root });
  const inTerminal = stdout.trim().split("\n");
  expect(inTerminal).toHaveLength(names.length);

  for (const [index, name] of names.entries()) {
    const body = new Uint8Array(await readFile(join(folder, name)));
    const byBytes = await ask(service, "/caption", { method: "POST", body });
    const byUrl = await captionOf(service, `http://${hostOf(origin)}/${name}`);
    expect([byUrl.status, byBytes.status], name).toEqual([200, 200]);
    expect(byUrl.body, name).toEqual(byBytes.body);
    const { caption, confidence } = byBytes.body;
    expect(inTerminal[index]).toBe(`${paths[index]}\t${caption}\t${Number(confidence).toFixed(3)}`);
  }
});

test("a 12-megapixel image gets the caption of the small one, with its own size", async () => {
  const small = await captionOf(service, `http://${hostOf(origin)}/baseline.jpg`);
  for (const name of Object.keys(FILES).filter((file) => file.startsWith("12-"))) {
    const large = await captionOf(service, `http://${hostOf(origin)}/${name}`);
    expect(large.body).toMatchObject({
      caption: small.body.caption,
      image: { width: 4032, height: 3024, format: "jpeg" },
    });
  }
  const turned = sharp(join(folder, "12-megapixels.jpg")).withMetadata({ orientation: 8 });
  const body = new Uint8Array(await turned.jpeg().toBuffer());
  const answer = await ask(service, "/caption", { method: "POST", body });
  expect(answer.body).toMatchObject({ image: { width: 3024, height: 4032 } });
});

describe("any other format is refused by name, with the list of supported ones", () => {
  const OTHERS: Readonly<Record<string, () => Promise<Uint8Array>>> = {
    "a TIFF image": () => photo().resize(20).tiff().toBuffer(),
    "an SVG drawing": async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
    "a HEIC image": async () => Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1"),
    "a BMP image": async () => Buffer.from("BM\x36\0\0\0", "latin1"),
    "a JPEG XL image": async () => Buffer.from("\xff\x0a\xfa\x1f", "latin1"),
    "a web page": async () => Buffer.from("<!doctype html><title>404</title>"),
  };

  test.each(Object.entries(OTHERS))("%s", async (name, make) => {
    // The declared type does not matter.
    const init = { method: "POST", headers: { "Content-Type": "image/jpeg" } };
    const answer = await ask(service, "/caption", { ...init, body: new Uint8Array(await make()) });
    expect([answer.status, answer.body.code]).toEqual([415, "unsupported_format"]);
    expect(answer.body.detail).toBe(
      `This is ${name}; JPEG, PNG, WebP, GIF and AVIF images are understood.`,
    );
  });
});

function hostOf(server: Server): string {
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The photograph and then its negative. */
async function twoFrames(): Promise<Sharp> {
  const [width, height] = [300, 200];
  const frame = await photo().resize(width, height, { fit: "fill" }).raw().toBuffer();
  const both = Buffer.concat([frame, frame.map((sample) => 255 - sample)]);
  return sharp(both, { raw: { width, height: 2 * height, channels: 3, pageHeight: height } });
}
