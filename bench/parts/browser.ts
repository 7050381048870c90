import { gzipSync } from "node:zlib";
import { type BrowserContext, chromium } from "playwright-core";
import type { BrowserIndex } from "../../core/api/browser-index.ts";
import { assetsFolder } from "../../node/assets.ts";
import { startWorkerd } from "../../node/workerd.ts";
import { chromiumOptions, chromiumPath } from "../../tests/support/chromium.ts";
import { usualImage } from "../images.ts";
import { summarize } from "../measure/statistics.ts";
import { CannotRun, type Part } from "../part.ts";

const MEBIBYTE = 2 ** 20;

/** Measures what captioning in a page takes: the download, the first caption, and those after it. */
export const browser: Part = {
  name: "browser",
  title: "Captions in a page of Chromium, one thread, JPEG of 1200 x 800, wall time",
  async run({ runs, isolates }) {
    if (chromiumPath === undefined) throw new CannotRun("Chromium is not installed");
    const workerd = await startWorkerd({ bundle: assetsFolder });
    const launched = await chromium.launch(chromiumOptions);
    try {
      const photograph = [...(await usualImage())];
      const context = await launched.newContext();
      const pages = [];
      // The first page downloads; the others find the files in the cache.
      for (let page = 0; page <= isolates; page++) {
        pages.push(await timesInPage(context, { url: workerd.url, photograph, runs }));
      }
      const [first, ...later] = pages;
      const warm = pages.flatMap(({ warm }) => warm);
      return [
        ...(await downloadSizes(workerd.url)),
        { what: "first caption, with the download", unit: "ms", value: first?.first ?? 0, runs: 1 },
        {
          what: "first caption, files in the cache",
          unit: "ms",
          ...summarize(later.map((page) => page.first)),
        },
        { what: "warm caption", unit: "ms", ...summarize(warm) },
      ];
    } finally {
      await launched.close();
      await workerd.stop();
    }
  },
};

interface PageTimes {
  /** Milliseconds from nothing to the first caption. */
  readonly first: number;
  /** Milliseconds of each further caption. */
  readonly warm: readonly number[];
}

async function timesInPage(
  context: BrowserContext,
  asked: { readonly url: string; readonly photograph: number[]; readonly runs: number },
): Promise<PageTimes> {
  const page = await context.newPage();
  await page.goto(asked.url);
  const times = await page.evaluate(async ({ url, photograph, runs }) => {
    const file = new Blob([new Uint8Array(photograph)]);
    const started = performance.now();
    const { createCaptioner } = await import(`${url}/browser.js`);
    const captioner = await createCaptioner({ model: "/model/" });
    await captioner.caption(file);
    const first = performance.now() - started;
    const warm: number[] = [];
    for (let run = 0; run < runs; run++) {
      const since = performance.now();
      await captioner.caption(file);
      warm.push(performance.now() - since);
    }
    captioner.close();
    return { first, warm };
  }, asked);
  await page.close();
  return times;
}

/** Sums up the files that a page downloads, as they are and as a server may compress them. */
async function downloadSizes(url: string) {
  const index = (await (await fetch(`${url}/model/`)).json()) as BrowserIndex;
  const paths = [...index.files, ...index.modelFiles].map(({ path }) => path);
  const sizes = { plain: 0, compressed: 0 };
  for (const path of paths) {
    const bytes = await (await fetch(`${url}/model/${path}`)).arrayBuffer();
    sizes.plain += bytes.byteLength;
    sizes.compressed += gzipSync(bytes).byteLength;
  }
  const unit = "MiB" as const;
  return [
    { what: "download", unit, value: sizes.plain / MEBIBYTE },
    { what: "download, compressed with gzip", unit, value: sizes.compressed / MEBIBYTE },
  ];
}
