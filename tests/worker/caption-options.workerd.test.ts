import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, inject, test, vi } from "vitest";
import type { CaptionAnswer } from "../../core/api/caption-answer.ts";
import type { Bindings } from "../../worker/http/environment.ts";
import app from "../../worker/index.ts";

// A busy machine may take a minute for the first caption, which loads the model.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

async function request(path: string, init: RequestInit = {}, variables: object = {}) {
  const context = createExecutionContext();
  const bindings = { ...(env as unknown as Bindings), ...variables };
  const asked = new Request(`https://captions.example${path}`, init);
  const response = await app.fetch(asked, bindings, context);
  await waitOnExecutionContext(context);
  return response;
}

let photo: ArrayBuffer;

beforeAll(async () => {
  photo = await (await request("/examples/astronaut.jpg")).arrayBuffer();
});

async function caption(query: string, variables: object = {}): Promise<CaptionAnswer> {
  const response = await request(`/caption?${query}`, { method: "POST", body: photo }, variables);
  expect(response.status).toBe(200);
  return response.json<CaptionAnswer>();
}

test.each(["png, one pixel", "gif, one pixel", "jpeg, one pixel"])(
  "a blank image (%s) is refused with its measured contrast",
  async (name) => {
    const blank = inject("images").find((image) => image.name === name);
    const body = Uint8Array.from(blank?.file ?? []);
    const response = await request("/caption", { method: "POST", body });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      code: "blank_image",
      detail: expect.stringContaining("differ by 0 of 255 levels"),
    });
  },
);

/** Words that no sentence ends with. */
const DANGLING = /\b(a|an|the|in|on|of|with|and|is|are|red|blue|black|white|two)\.$/;

describe("a limit on the length", () => {
  test.each([1, 2, 3, 4, 5, 6, 8, 12])("max_length=%i", async (most) => {
    const answer = await caption(`max_length=${most}`);
    const { caption: sentence, tokens, complete } = answer;
    expect(tokens.length).toBeLessThanOrEqual(most);
    expect(sentence).not.toMatch(DANGLING);
    if (most < 3) expect(complete).toBe(false);
    // A fragment of one sure word must not pass min_confidence.
    if (!complete) expect(answer.confidence).toBe(0);
  });

  test.each([10, 20, 35])("max_characters=%i", async (most) => {
    const { caption: sentence } = await caption(`max_characters=${most}`);
    expect(sentence.length).toBeLessThanOrEqual(most);
    expect(sentence).not.toMatch(DANGLING);
  });

  test("of a neutral sentence counts the neutral sentence", async () => {
    const { caption: sentence } = await caption("max_characters=22&neutral=true");
    expect(sentence.length).toBeLessThanOrEqual(22);
    expect(sentence).not.toMatch(DANGLING);
  });

  test("that the caption fits changes nothing", async () => {
    const free = await caption("");
    expect(free.complete).toBe(true);
    expect(await caption("max_length=50&max_characters=125")).toEqual(free);
  });

  test("applies to every alternative", async () => {
    const { alternatives = [] } = await caption("alternatives=3&max_length=4");
    expect(alternatives).toHaveLength(3);
    expect(new Set(alternatives.map((one) => one.caption)).size).toBe(3);
    for (const { tokens, caption: sentence } of alternatives) {
      expect(tokens.length).toBeLessThanOrEqual(4);
      expect(sentence).not.toMatch(DANGLING);
    }
  });
});

describe("neutral=true", () => {
  const gendered = /\b(man|men|woman|women|boy|boys|girl|girls|his|her)\b/i;

  test("rewrites sentence, tokens, alternatives and attention alike", async () => {
    const query = "alternatives=3&attention=true";
    const [plain, neutral] = [await caption(query), await caption(`${query}&neutral=true`)];
    expect(plain.caption).toMatch(gendered);
    const { tokens, tokenLogProbabilities, logProbability, attention } = neutral;
    expect(logProbability).toBe(plain.logProbability);
    const sum = tokenLogProbabilities.reduce((total, value) => total + value, 0);
    expect(sum).toBeCloseTo(logProbability, 5);
    expect(tokenLogProbabilities.length).toBe(tokens.length + 1);
    expect(attention?.maps).toHaveLength(tokens.length);
    for (const one of [neutral, ...(neutral.alternatives ?? [])]) {
      expect(one.caption).not.toMatch(gendered);
      expect(one.tokens.join(" ")).not.toMatch(gendered);
    }
  });

  test("is the default if NEUTRAL says so, unless a request says otherwise", async () => {
    const variables = { NEUTRAL: "true" };
    expect((await caption("", variables)).caption).not.toMatch(gendered);
    expect((await caption("neutral=false", variables)).caption).toMatch(gendered);
  });
});
