import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { build } from "esbuild";
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { afterAll, beforeAll, describe, expect, vi } from "vitest";
import { browserTest } from "../../support/browser.ts";
import { ReactPage } from "../../support/site/react-page.ts";
import { type RunningFront, runFront } from "../../support/site/run-front.ts";

let server: Server;
let front: RunningFront;

/**
 * Bundles what the browser runs: React's production build, as visitors get it. The development build
 * keeps the texts too, but reports the added attributes on the console.
 */
async function bundleClient(): Promise<string> {
  const bundle = await build({
    entryPoints: [join(import.meta.dirname, "../../support/site/react-client.ts")],
    bundle: true,
    format: "esm",
    write: false,
    define: { "process.env.NODE_ENV": '"production"' },
  });
  return bundle.outputFiles[0]?.text ?? "";
}

beforeAll(async () => {
  const client = await bundleClient();
  const html = `<!doctype html><html lang="en"><title>React</title><link rel="icon" href="data:,">
    <div id="root">${renderToString(createElement(ReactPage))}</div>
    <script type="module" src="/client.js"></script></html>`;
  server = createServer(({ url = "" }, response) => {
    const type = url.endsWith(".js") ? "text/javascript" : "text/html; charset=utf-8";
    if (url.endsWith(".jpg")) response.writeHead(200, { "Content-Type": "image/svg+xml" });
    else response.writeHead(200, { "Content-Type": type });
    const image = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';
    response.end(url.endsWith(".js") ? client : url.endsWith(".jpg") ? image : html);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  front = await runFront(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  // A page's record is written after its answer.
  await vi.waitUntil(async () => {
    const filled = (await (await fetch(front.url)).text()).split("data-alt-source").length - 1;
    await front.publish('A "small" boat – at dawn');
    return filled === 2;
  }, 60_000);
}, 120_000);

afterAll(async () => {
  await front?.[Symbol.asyncDispose]();
  server?.closeAllConnections();
  server?.close();
});

describe("a page that React hydrates", () => {
  browserTest(
    "keeps its filled-in texts, and React goes on as if it had written them",
    () => front.url,
    async ({ page }) => {
      const texts = async () => {
        const images = await page.locator("img").all();
        return Promise.all(images.map((image) => image.getAttribute("alt")));
      };
      const filled = [
        'A "small" boat – at dawn',
        "Named by its author",
        'A "small" boat – at dawn',
      ];
      expect(await texts()).toEqual(filled);
      await page.getByRole("button").click();
      await page.getByText("Clicked 1").waitFor();
      expect(await page.locator("img.seen-1").count()).toBe(1);
      expect(await texts()).toEqual(filled);
    },
  );
});
