import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Manifest, parseManifest } from "../../../core/bundle/manifest.ts";
import { planBatch } from "../../../worker/captioning/batch/budget.ts";
import { requestsOfHop } from "../../../worker/fetch-image/index.ts";
import { parseSettings, settingsSchema } from "../../../worker/settings/index.ts";

const released = parseManifest(JSON.parse(await readFile("model/manifest.json", "utf8")));
const withFiles = (count: number): Manifest => ({
  ...released,
  files: Array.from({ length: count }, () => released.files[0]).flatMap((file) => file ?? []),
});

const resolver = "https://resolver.example/dns-query";
const plan = (images: number, variables: Readonly<Record<string, string>> = {}) =>
  planBatch(images, withFiles(7), parseSettings(variables));

describe("a batch", () => {
  test("never makes more outgoing requests than are allowed, whatever its images do", () => {
    const settings = fc.record({
      SUBREQUESTS: fc.integer({ min: 50, max: 1000 }),
      MAX_REDIRECTS: fc.integer({ min: 0, max: 10 }),
      RESOLVER_URL: fc.constantFrom("", resolver),
    });
    const images = fc.integer({ min: 1, max: 32 });
    const files = fc.integer({ min: 3, max: 15 });
    fc.assert(
      fc.property(settings, images, files, (variables, count, fileCount) => {
        const parsed = parseSettings(variables);
        let requests = fileCount + 1;
        try {
          const { useCache, redirects } = planBatch(count, withFiles(fileCount), parsed);
          requests += count * (requestsOfHop(parsed) + (useCache ? 2 : 0));
          for (let hop = 0; hop < count * parsed.MAX_REDIRECTS; hop++) {
            redirects.take(requestsOfHop(parsed));
            requests += requestsOfHop(parsed);
          }
        } catch (error) {
          expect(["too_many_urls", "too_many_subrequests"]).toContain(
            (error as { code: string }).code,
          );
        }
        expect(requests).toBeLessThanOrEqual(variables.SUBREQUESTS);
      }),
      { numRuns: 2000 },
    );
  });

  test("may have 32 images, or 14 with a resolver", () => {
    expect(() => plan(32)).not.toThrow();
    expect(() => plan(14, { RESOLVER_URL: resolver })).not.toThrow();
    expect(() => plan(15, { RESOLVER_URL: resolver })).toThrow(/14 images/);
  });

  test("uses the cache if the outgoing requests are enough for it", () => {
    expect(plan(7).useCache).toBe(true);
    expect(plan(8).useCache).toBe(false);
    expect(plan(32, { SUBREQUESTS: "1000" }).useCache).toBe(true);
  });
});

test("one image never takes more than fifty outgoing requests, however it is redirected", () => {
  const { MAX_REDIRECTS } = settingsSchema.shape;
  const most = Array.from({ length: 100 }, (_, count) => count).findLast(
    (count) => MAX_REDIRECTS.safeParse(count).success,
  );
  const hop = requestsOfHop({ RESOLVER_URL: resolver });
  const cacheCalls = 2;
  const bundle = released.files.length + 1;
  expect(bundle + cacheCalls + ((most ?? 0) + 1) * hop).toBeLessThanOrEqual(50);
});
