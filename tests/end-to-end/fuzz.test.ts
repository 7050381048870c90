/**
 * Damaged images, sent to the service over real HTTP. `EDGE_CAPTION_FUZZ_RUNS=5000` sends that many
 * instead of a few.
 */

import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { damages } from "../../bench/soak/images/damage.ts";
import { ALL_IMAGE_KINDS, filesOfAllKinds } from "../support/image-kinds.ts";
import { ask, type Service, startService } from "../support/service.ts";
import { sharedFolder } from "../support/temporary-folder.ts";
import { writeToyBundle } from "../support/toy-bundle.ts";

const RUNS = Number(process.env.EDGE_CAPTION_FUZZ_RUNS ?? 60);
/** The right answers for an image: a sentence, or a problem of the image. */
const ANSWERS = [
  [200, undefined],
  [400, "empty_body"],
  [415, "unsupported_format"],
  [415, "unsupported_image"],
  [422, "broken_image"],
  [422, "blank_image"],
  [422, "too_many_pixels"],
];
/** On a busy machine, and with HTTP. */
const LONGEST_MS = 60_000;

vi.setConfig({ testTimeout: 60_000 + 1000 * RUNS, hookTimeout: 180_000 });

const bundle = sharedFolder();
let service: Service;
let files: Map<string, Uint8Array>;

beforeAll(async () => {
  await writeToyBundle(bundle);
  service = await startService({ bundle });
  files = await filesOfAllKinds();
});

afterAll(() => service?.stop());

test("every damaged image is captioned or refused, and the next one is captioned correctly", async () => {
  const good = new Map<string, unknown>();
  for (const [kind, file] of files) {
    const { status, body } = await upload(file);
    expect(status, `${kind}: ${body.detail}`).toBe(200);
    good.set(kind, body);
  }
  const hurt = damages([...files.values()]);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...ALL_IMAGE_KINDS), hurt, async (kind, damage) => {
      const file = files.get(kind) ?? new Uint8Array(0);
      const started = performance.now();
      const { status, body } = await upload(damage(file));
      expect(ANSWERS).toContainEqual([status, body.code]);
      expect((await upload(file)).body).toEqual(good.get(kind));
      expect(performance.now() - started).toBeLessThan(LONGEST_MS);
    }),
    { numRuns: RUNS },
  );
  expect(service.log.filter(({ status }) => status === 500)).toEqual([]);
});

function upload(file: Uint8Array) {
  return ask(service, "/caption", { method: "POST", body: new Uint8Array(file) });
}
