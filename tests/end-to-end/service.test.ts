import { readFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { examplesFolder } from "../../bench/images.ts";
import { type HostileOrigin, startHostileOrigin } from "../../bench/soak/hostile-origin.ts";
import { PACKAGE_VERSION } from "../../core/version.ts";
import { releasedModel } from "../../node/released-model.ts";
import { ask, captionOf, type Service, startService } from "../support/service.ts";

// A busy machine may take a minute for the first caption, which loads the model.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

let origin: HostileOrigin;
let service: Service;
let photo: Buffer;

// As in development: the Worker itself fetches from a loopback address that a variable allows.
beforeAll(async () => {
  origin = await startHostileOrigin();
  const variables = {
    PRIVATE_HOSTS: `127.0.0.1:${origin.port}`,
    MAX_BYTES: "2000000",
    MAX_PIXELS: "1000000",
    UPLOAD_MS: "5000",
  };
  service = await startService({ variables });
  photo = await readFile(join(examplesFolder, "chelsea.jpg"));
});

afterAll(async () => {
  await service?.stop();
  await origin?.close();
});

function upload(body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  return ask(service, "/caption", { method: "POST", body, headers });
}

function bytes(buffer: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer);
}

test("/health names both versions before the model is loaded", async () => {
  const manifest = await readFile(join(releasedModel, "manifest.json"), "utf8");
  const modelVersion = JSON.parse(manifest).version;
  const { status, body } = await ask(service, "/health");
  const versions = { version: PACKAGE_VERSION, modelVersion };
  expect([status, body]).toEqual([
    200,
    { status: "ok", ...versions, model: "not loaded yet", cache: "on" },
  ]);
});

describe("a photograph", () => {
  test("has the same caption by URL and by upload", async () => {
    const byBytes = await upload(bytes(photo));
    const byUrl = await captionOf(service, `http://127.0.0.1:${origin.port}/cat.jpg`);
    expect(byUrl).toMatchObject({ status: 200, body: byBytes.body });
    const { version } = JSON.parse(await readFile("model/manifest.json", "utf8"));
    expect(byBytes.body).toEqual({
      complete: true,
      confidence: expect.any(Number),
      caption: expect.stringMatching(/^[A-Z].*\.$/),
      tokens: expect.arrayContaining([expect.any(String)]),
      tokenLogProbabilities: expect.arrayContaining([expect.any(Number)]),
      logProbability: expect.any(Number),
      model: { name: expect.any(String), version },
      image: { width: 451, height: 300, format: "jpeg" },
    });
    expect(byBytes.body.logProbability).toBeLessThan(0);
  });

  test.each(["jpeg", "png", "webp"] as const)(
    "may be a %s of any declared type",
    async (format) => {
      const file = await sharp(photo).toFormat(format, { quality: 95 }).toBuffer();
      for (const type of ["image/gif", "application/x-www-form-urlencoded", "text/html"]) {
        const { status, body } = await upload(bytes(file), { "Content-Type": type });
        expect(status).toBe(200);
        expect(body.image).toEqual({ width: 451, height: 300, format });
      }
    },
  );

  test("is turned by its EXIF orientation", async () => {
    const plain = await sharp(photo).png().toBuffer();
    const turned = await sharp(plain).rotate(270).withMetadata({ orientation: 6 }).png().toBuffer();
    const [upright, asSeen] = [await upload(bytes(plain)), await upload(bytes(turned))];
    expect(asSeen.body).toEqual(upright.body);
  });

  test("is held to the limits on pixels and bytes", async () => {
    const large = await sharp({
      create: { width: 1001, height: 1000, channels: 3, background: "red" },
    })
      .png()
      .toBuffer();
    expect((await upload(bytes(large))).body).toMatchObject({
      code: "too_many_pixels",
      status: 422,
    });
    expect((await upload(new Uint8Array(2_000_001))).body).toMatchObject({
      code: "too_many_bytes",
      status: 413,
    });
    expect((await upload(new Uint8Array(60_000_000))).status).toBe(413);
  });
});

describe("a request", () => {
  test("without an image", async () => {
    expect((await ask(service, "/caption")).body).toMatchObject({
      code: "missing_url",
      status: 400,
    });
    expect((await upload(new Uint8Array())).body).toMatchObject({
      code: "empty_body",
      status: 400,
    });
  });

  test("whose body stops arriving gets 408", async () => {
    const answer = Promise.withResolvers<number | undefined>();
    const client = request(`${service.url}/caption`, {
      method: "POST",
      headers: { "Content-Length": photo.length },
    });
    client.on("response", ({ statusCode }) => answer.resolve(statusCode));
    client.on("error", answer.reject);
    client.write(photo.subarray(0, 1000));
    expect(await answer.promise).toBe(408);
    client.destroy();
    expect((await upload(bytes(photo))).status).toBe(200);
  });

  test("to a path that does not exist", async () => {
    for (const path of ["/nope", "/manifest.json", "/encoder.onnx", "/caption/"]) {
      expect((await ask(service, path)).body, path).toMatchObject({
        code: "not_found",
        status: 404,
      });
    }
  });

  test.each([
    ["PUT", "/caption", "GET, HEAD, POST"],
    ["DELETE", "/caption", "GET, HEAD, POST"],
    ["POST", "/health", "GET, HEAD"],
  ])("%s %s", async (method, path, allow) => {
    const { body, headers } = await ask(service, path, { method });
    expect(body).toMatchObject({ code: "method_not_allowed", status: 405 });
    expect(headers.get("Allow")).toBe(allow);
  });

  test("by HEAD has the status of GET and no body", async () => {
    const response = await fetch(`${service.url}/caption`, { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([400, ""]);
  });
});

test("every answer has the security headers", async () => {
  for (const path of ["/health", "/caption", "/nope"]) {
    const { headers } = await ask(service, path);
    expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(headers.get("Content-Security-Policy")).toContain("default-src 'none'");
    expect(headers.get("Referrer-Policy")).toBe("no-referrer");
  }
});
