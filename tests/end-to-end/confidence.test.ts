import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type HostileOrigin, startHostileOrigin } from "../../bench/soak/hostile-origin.ts";
import { createClient } from "../../client/index.ts";
import type { CaptionsLine } from "../../core/api/batch.ts";
import { LOG_PROBABILITY_CONFIDENCE } from "../support/confidence-model.ts";
import { ask, type Service, startService } from "../support/service.ts";
import { sharedFolder } from "../support/temporary-folder.ts";
import { writeToyBundle } from "../support/toy-bundle.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const photo = "https://pictures.example/cat.jpg";
let origin: HostileOrigin;
let service: Service;
/** Of this the toy is sure: its confidence is 0.5. */
let red: Uint8Array<ArrayBuffer>;
/** Of this it cannot say which colour it is: ln 3 for a word, 0 for its end. */
let grey: Uint8Array<ArrayBuffer>;
const GREY_CONFIDENCE = 0.366;

beforeAll(async () => {
  origin = await startHostileOrigin();
  red = await colour("#f00", "#e00000");
  grey = await colour("#808080", "#606060");
});

afterAll(async () => {
  await origin?.close();
});

/** Two shades side by side: an image of one colour is refused as blank. */
async function colour(left: string, right: string): Promise<Uint8Array<ArrayBuffer>> {
  const size = { width: 12, height: 8, channels: 3 } as const;
  const half = await sharp({ create: { ...size, width: 6, background: right } })
    .png()
    .toBuffer();
  const image = sharp({ create: { ...size, background: left } });
  return new Uint8Array(
    await image
      .composite([{ input: half, left: 6, top: 0 }])
      .png()
      .toBuffer(),
  );
}

const upload = (query: string, body: Uint8Array<ArrayBuffer>) =>
  ask(service, `/caption?${query}`, { method: "POST", body });

describe("a calibrated model with two styles", () => {
  const folder = sharedFolder();

  beforeAll(async () => {
    // In the second style everything is blue.
    const styles = ["plain", "moody"];
    await writeToyBundle(folder, { styles, confidence: LOG_PROBABILITY_CONFIDENCE });
    service = await startService({ bundle: folder, internet: origin.port });
  });

  afterAll(() => service?.stop());

  describe("confidence", () => {
    test("is in every answer of a calibrated model, of each alternative too", async () => {
      const { body } = await upload("alternatives=3", grey);
      expect(body.confidence).toBe(GREY_CONFIDENCE);
      expect(body.alternatives).toMatchObject(Array(3).fill({ confidence: GREY_CONFIDENCE }));
      expect((await upload("", red)).body.confidence).toBe(0.5);
    });
  });

  describe("min_confidence", () => {
    test("withholds a caption that is less sure, and gives it as a draft", async () => {
      const { status, body } = await upload("min_confidence=0.4", grey);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        caption: null,
        reason: "low_confidence",
        draft: "Red.",
        confidence: GREY_CONFIDENCE,
      });
    });

    test.each(["0", "0.366"])("of %s keeps a caption that reaches it", async (minimum) => {
      const { body } = await upload(`min_confidence=${minimum}`, grey);
      expect(body.caption).toBe("Red.");
      expect(body).not.toHaveProperty("draft");
    });

    test("leaves the text empty, with a header that says why", async () => {
      const withheld = await textOf("min_confidence=0.4", grey);
      expect(await withheld.text()).toBe("");
      expect(withheld.status).toBe(200);
      expect(withheld.headers.get("Caption-Reason")).toBe("low_confidence");
      expect(withheld.headers.get("Caption-Confidence")).toBe(`${GREY_CONFIDENCE}`);
      const kept = await textOf("min_confidence=0.4", red);
      expect(await kept.text()).toBe("Red.\n");
      expect(kept.headers.get("Caption-Reason")).toBeNull();
      expect(kept.headers.get("Caption-Confidence")).toBe("0.5");
    });

    test("neither splits the cache nor runs the network again", async () => {
      const url = `/caption?url=${encodeURIComponent(photo)}`;
      const first = await ask(service, url);
      expect(first.headers.get("Cache-Status")).toMatch(/stored/);
      const withheld = await ask(service, `${url}&min_confidence=1`);
      expect(withheld.headers.get("Cache-Status")).toMatch(/hit/);
      expect(withheld.body).toMatchObject({ caption: null, draft: first.body.caption });
      const again = await ask(service, `${url}&min_confidence=0`);
      expect(again.headers.get("Cache-Status")).toMatch(/hit/);
      expect(again.body).toEqual(first.body);
      expect(withheld.headers.get("ETag")).not.toBe(first.headers.get("ETag"));
    });

    test("holds for each image of a batch", async () => {
      const client = createClient({ baseUrl: service.url });
      const lines: CaptionsLine[] = [];
      for await (const line of client.captions([photo], { min_confidence: 1 })) lines.push(line);
      expect(lines).toMatchObject([
        { status: 200, answer: { caption: null, reason: "low_confidence" } },
      ]);
    });

    test("is an option of the client, whose answer then may lack a caption", async () => {
      const client = createClient({ baseUrl: service.url });
      const answer = await client.caption(grey, { min_confidence: 0.4 });
      expect(answer.caption === null ? answer.draft : "").toBe("Red.");
      const sure: string = (await client.caption(grey)).caption;
      expect(sure).toBe("Red.");
    });

    test.each(["-0.1", "1.01", "", "high", "NaN", "1e-1"])("of %j is refused", async (minimum) => {
      const { status, body } = await upload(`min_confidence=${minimum}`, red);
      expect([status, body.code]).toEqual([400, "invalid_parameter"]);
    });

    function textOf(query: string, body: Uint8Array<ArrayBuffer>): Promise<Response> {
      return fetch(`${service.url}/caption?format=text&${query}`, { method: "POST", body });
    }
  });

  describe("style", () => {
    test("decides how a caption is written; the model's own is the default", async () => {
      expect((await upload("style=moody", red)).body.caption).toBe("Blue.");
      expect((await upload("style=plain", red)).body.caption).toBe("Red.");
      expect((await upload("", red)).body.caption).toBe("Red.");
    });

    test("has answers of its own in the cache, the default the same as unasked", async () => {
      const url = `/caption?url=${encodeURIComponent("https://pictures.example/cat.jpg?style")}`;
      const states: string[] = [];
      for (const query of ["", "&style=moody", "&style=plain"]) {
        const { headers } = await ask(service, url + query);
        states.push(headers.get("Cache-Status") ?? "");
      }
      expect(states).toEqual([
        expect.stringContaining("stored"),
        expect.stringContaining("stored"),
        expect.stringContaining("hit"),
      ]);
    });

    test("that the model does not have is refused, and those it has are named", async () => {
      const { status, body } = await upload("style=coco", red);
      expect([status, body.code]).toEqual([400, "unknown_style"]);
      expect(body.detail).toContain("plain, moody");
    });
  });
});

describe("a model without calibration and styles", () => {
  const folder = sharedFolder();

  beforeAll(async () => {
    await writeToyBundle(folder);
    service = await startService({ bundle: folder });
  });

  afterAll(() => service?.stop());

  test("answers without a confidence", async () => {
    const { status, body } = await upload("", red);
    expect(status).toBe(200);
    expect(body).not.toHaveProperty("confidence");
  });

  test("refuses min_confidence, for a batch as well", async () => {
    const { status, body } = await upload("min_confidence=0.5", red);
    expect([status, body.code]).toEqual([422, "no_calibration"]);
    const batch = await ask(service, "/captions?min_confidence=0.5", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ urls: [photo] }),
    });
    expect([batch.status, batch.body.code]).toEqual([422, "no_calibration"]);
  });

  test("refuses every style", async () => {
    const { body } = await upload("style=coco", red);
    expect([body.code, body.detail]).toEqual([
      "unknown_style",
      'toy has no style "coco". It has none.',
    ]);
  });
});
