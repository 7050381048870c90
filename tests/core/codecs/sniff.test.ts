import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { sniffFormat } from "../../../core/codecs/sniff.ts";
import { softImage } from "../../support/images.ts";

const image = softImage(16, 16);
const made = () => sharp(image.data, { raw: image });

describe("sniffFormat", () => {
  test.each(["jpeg", "png", "webp", "gif", "avif"] as const)("recognises a %s", async (format) => {
    expect(sniffFormat(await made().toFormat(format).toBuffer())).toBe(format);
  });

  test.each([
    ["an AVIF image among others", "\0\0\0\x20ftypmif1\0\0\0\0mif1miafavif"],
    ["an animated AVIF image", "\0\0\0\x1cftypavis\0\0\0\0avifmsf1"],
  ])("recognises %s", (_, bytes) => {
    expect(sniffFormat(text(bytes))).toBe("avif");
  });

  test.each([
    ["a TIFF image", () => made().tiff().toBuffer()],
    ["a HEIC image", () => text("\0\0\0\x18ftypheic\0\0\0\0")],
    ["a HEIC image", () => text("\0\0\0\x18ftypmif1\0\0\0\0mif1heicavif")],
    ["a BMP image", () => text("BM\x36\0\0\0")],
    ["a JPEG XL image", () => text("\xff\x0a\xfa\x1f")],
    ["a JPEG 2000 image", () => text("\0\0\0\x0cjP  \r\n\x87\n")],
    ["a JPEG 2000 image", () => text("\xff\x4f\xff\x51\0\x29")],
    ["a Photoshop file (PSD)", () => text("8BPS\0\x01")],
    ["a PPM, PGM or PBM image", () => text("P6\n16 16\n255\n")],
    ["a PPM, PGM or PBM image", () => text("P5 16 16 255\n")],
    ["a TGA image", () => tga(2, 24)],
    ["a TGA image", () => tga(10, 32)],
    ["a TGA image", () => tga(1, 8)],
    ["an HDR image (Radiance)", () => text("#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n")],
    ["an OpenEXR image", () => text("\x76\x2f\x31\x01\x02\0\0\0")],
    ["a video", () => text("\0\0\0\x18ftypisom\0\0\0\0")],
    ["a PDF document", () => text("%PDF-1.7\n")],
    ["an SVG drawing", () => text('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ["an SVG drawing", () => text('\xef\xbb\xbf<?xml version="1.0"?>\n<!-- made -->\n<svg\n>')],
    ["a web page", () => text("<!DOCTYPE html><html><body><svg></svg></body></html>")],
    ["a web page", () => text("\n  <html>")],
    ["JSON", () => text('{"error": "not found"}')],
    ["not an image", () => text("hello")],
    ["not an image", () => text("RIFF\0\0\0\0AVI LIST")],
  ])("refuses by name: %s", async (name, bytes) => {
    const given = await bytes();
    expect(() => sniffFormat(given)).toThrow(
      expect.objectContaining({
        code: "unsupported_format",
        message: `This is ${name}; JPEG, PNG, WebP, GIF and AVIF images are understood.`,
      }),
    );
  });

  test("refuses an empty file", () => {
    expect(() => sniffFormat(new Uint8Array(0))).toThrow(
      expect.objectContaining({ code: "empty_image" }),
    );
  });
});

function text(latin1: string): Uint8Array {
  return Buffer.from(latin1, "latin1");
}

/** The header of a TGA file of 16 x 16 pixels. */
function tga(type: number, depth: number): Uint8Array {
  return Uint8Array.of(
    0,
    type === 1 ? 1 : 0,
    type,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    16,
    0,
    16,
    0,
    depth,
    0,
  );
}
