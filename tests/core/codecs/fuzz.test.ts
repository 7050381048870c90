/**
 * Thousands of damaged images of every kind. Each is decoded or refused within a short time, and does
 * not affect the next image.
 *
 * `EDGE_CAPTION_FUZZ_RUNS=5000` runs that many of each kind instead of the usual few.
 */

import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { damages } from "../../../bench/soak/images/damage.ts";
import {
  checkImage,
  type DecodedImage,
  type DecodeLimits,
  decodeImage,
} from "../../../core/codecs/decode.ts";
import { IMAGE_ERRORS } from "../../../core/codecs/errors.ts";
import { prepareImage } from "../../../core/codecs/prepare-image.ts";
import { UserError } from "../../../core/errors.ts";
import { preparationSchema } from "../../../core/image/prepare.ts";
import { loadDecoders } from "../../../node/codecs.ts";
import { ALL_IMAGE_KINDS, filesOfAllKinds } from "../../support/image-kinds.ts";

const RUNS_A_KIND = Number(process.env.EDGE_CAPTION_FUZZ_RUNS ?? 100);
/** The longest time that an image may take, in milliseconds of CPU time. */
const LONGEST_MS = 2000;
const limits: DecodeLimits = { pixels: 200_000, memory: 36 * 2 ** 20 };
/** Small enough that a JPEG is reduced while it is decoded. */
const preparation = preparationSchema.parse({ height: 5, width: 7 });
const decoders = loadDecoders();

let files: Map<string, Uint8Array>;
beforeAll(async () => {
  files = await filesOfAllKinds();
});

test.each(ALL_IMAGE_KINDS)(
  "a damaged %s is decoded or refused, and the next image is decoded correctly",
  { timeout: 60_000 + 200 * RUNS_A_KIND },
  async (kind) => {
    const file = files.get(kind) ?? new Uint8Array(0);
    const whole = await decodeImage(file, decoders, limits);
    const before = process.memoryUsage().rss;
    await fc.assert(
      fc.asyncProperty(damages([...files.values()]), async (hurt) => {
        const damaged = hurt(file);
        const decoded = await imageOrRefusal(() => decodeImage(damaged, decoders, limits));
        if (decoded !== undefined) expectWhole(decoded);
        await imageOrRefusal(() =>
          prepareImage(checkImage(damaged, limits), preparation, decoders),
        );
        expect((await decodeImage(file, decoders, limits)).pixels.data).toEqual(whole.pixels.data);
      }),
      { numRuns: RUNS_A_KIND },
    );
    // The memory of dropped codecs is left to the garbage collector.
    const grown = process.memoryUsage().rss - before;
    expect(grown / 2 ** 20).toBeLessThan(400);
  },
);

test("arbitrary bytes are decoded or refused", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2000, size: "max" }), async (bytes) => {
      await imageOrRefusal(() => decodeImage(bytes, decoders, limits));
    }),
  );
});

function expectWhole({ pixels, header }: DecodedImage): void {
  expect([pixels.width, pixels.height]).toEqual([header.width, header.height]);
  expect(pixels.data.length).toBe(header.width * header.height * pixels.channels);
}

async function imageOrRefusal<T>(decode: () => T | Promise<T>): Promise<T | undefined> {
  const started = process.cpuUsage();
  try {
    return await decode();
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    expect(Object.keys(IMAGE_ERRORS)).toContain(error.code);
    return undefined;
  } finally {
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(LONGEST_MS);
  }
}
