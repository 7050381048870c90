import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { decodeImage } from "../../../core/codecs/decode.ts";
import { loadDecoders } from "../../../node/codecs.ts";
import { parseSettings } from "../../../worker/settings/index.ts";
import { noiseImage } from "../../support/images.ts";

const { MAX_PIXELS, MAX_DECODE_BYTES } = parseSettings({});
const limits = { pixels: MAX_PIXELS, memory: MAX_DECODE_BYTES };
const decoders = loadDecoders();

describe("within the memory that an isolate has by default", () => {
  test("an AVIF of 1920 x 1080 is decoded, as sites serve it", async () => {
    const photograph = await readFile(join(import.meta.dirname, "../../../examples/coffee.jpg"));
    const made = sharp(photograph)
      .resize(1920, 1080, { fit: "fill" })
      .avif({ effort: 0, chromaSubsampling: "4:2:0" });
    const { pixels } = await decodeImage(await made.toBuffer(), decoders, limits);
    expect([pixels.width, pixels.height]).toEqual([1920, 1080]);
  });

  test("a WebP of a phone's size is decoded", async () => {
    const create = { width: 4032, height: 3024, channels: 3 as const, background: "teal" };
    const made = sharp({ create }).webp({ effort: 0 });
    const { pixels } = await decodeImage(await made.toBuffer(), decoders, limits);
    expect([pixels.width, pixels.height]).toEqual([4032, 3024]);
  });
});

describe("an AVIF that takes more memory than its size suggests", () => {
  const image = noiseImage(480, 360, 4);
  let file: Uint8Array;
  beforeAll(async () => {
    file = await sharp(image.data, { raw: image }).avif({ effort: 0, lossless: true }).toBuffer();
  });

  test("is refused with too little memory, and decoded with enough", async () => {
    const whole = await decodeImage(file, decoders, { pixels: MAX_PIXELS });
    const refused: boolean[] = [];
    for (const mebibytes of [17, 20, 24, 28, 80]) {
      const memory = mebibytes * 2 ** 20;
      const result = await decodeImage(file, decoders, { pixels: MAX_PIXELS, memory }).catch(
        (error) => error,
      );
      refused.push(result instanceof Error);
      if (result instanceof Error) {
        expect(result).toMatchObject({ name: "UserError", code: "too_many_pixels" });
      } else {
        expect(
          Buffer.compare(Buffer.from(result.pixels.data), Buffer.from(whole.pixels.data)),
        ).toBe(0);
      }
    }
    expect(refused[0]).toBe(true);
    expect(refused.at(-1)).toBe(false);
    expect(refused.lastIndexOf(true)).toBe(refused.indexOf(false) - 1);
  });

  test("is refused with a message that names the limit", async () => {
    const memory = 17 * 2 ** 20;
    await expect(decodeImage(file, decoders, { pixels: MAX_PIXELS, memory })).rejects.toThrow(
      "The image takes more than 17 MiB of memory to decode (AVIF with alpha); send it smaller.",
    );
  });
});
