import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { decodeImage } from "../../../core/codecs/decode.ts";
import { readHeader } from "../../../core/codecs/header.ts";
import { orient } from "../../../core/image/orient.ts";
import { loadDecoders } from "../../../node/codecs.ts";
import { noiseImage } from "../../support/images.ts";

const SIZE = { width: 24, height: 16 };

/** An AVIF with both a rotation and a mirror property. */
let file: Buffer;
beforeAll(async () => {
  const image = noiseImage(SIZE.width, SIZE.height);
  const raw = sharp(image.data, { raw: image });
  file = await raw.withMetadata({ orientation: 5 }).avif({ lossless: true }).toBuffer();
  expect([file.indexOf("irot"), file.indexOf("imir")]).not.toContain(-1);
});

describe("an AVIF is turned as in libheif", () => {
  test.each([0, 1, 2, 3].flatMap((turns) => [0, 1].map((mirror) => [turns, mirror] as const)))(
    "by %i quarter turns to the left and a mirror at axis %i",
    async (turns, mirror) => {
      const turned = Buffer.from(file);
      turned[turned.indexOf("irot") + 4] = turns;
      turned[turned.indexOf("imir") + 4] = mirror;
      const limits = { pixels: 1000 };
      const { pixels, header } = await decodeImage(turned, loadDecoders(), limits);
      const rgb = pixels.data.filter((_, i) => i % pixels.channels < 3);
      const shown = await sharp(turned, { ignoreIcc: true }).removeAlpha().raw().toBuffer();
      expect(Buffer.compare(orient(Uint8Array.from(rgb), SIZE, header.orientation), shown)).toBe(0);
    },
  );
});

describe("an AVIF is refused as broken", () => {
  test.each(["meta", "mdat", "pitm", "iprp", "ipco", "ipma", "ispe"])("without its %s", (name) => {
    const without = Buffer.from(file);
    without.write("free", without.indexOf(name), "latin1");
    expect(() => readHeader(without)).toThrow(expect.objectContaining({ code: "broken_image" }));
  });
});
