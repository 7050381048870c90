import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { parseSettings, settingsSchema } from "../../worker/settings.ts";

describe("settings", () => {
  test("have a default and a description each", () => {
    expect(parseSettings({}).PRIVATE_HOSTS).toEqual([]);
    for (const [name, schema] of Object.entries(settingsSchema.shape)) {
      expect(schema.safeParse(undefined).success, name).toBe(true);
      expect(schema.description, name).toBeTruthy();
    }
  });

  test("are documented as they are", async () => {
    const documentation = await readFile("docs/http.md", "utf8");
    const rows = [...documentation.matchAll(/^\| `([A-Z_]+)` \| (.+) \| (.+) \|$/gm)];
    const documented = rows.map(([, name, value, meaning]) => ({ name, value, meaning }));
    const actual = Object.entries(settingsSchema.shape).map(([name, schema]) => {
      const value = schema.parse(undefined);
      return {
        name,
        value: Array.isArray(value) ? "none" : String(value),
        meaning: schema.description,
      };
    });
    expect(documented).toEqual(actual);
  });

  test("may be written as text or as numbers", () => {
    expect(parseSettings({ MAX_BYTES: "1000" }).MAX_BYTES).toBe(1000);
    expect(parseSettings({ MAX_BYTES: 1000 }).MAX_BYTES).toBe(1000);
  });

  test("leave other bindings alone", () => {
    expect(() => parseSettings({ ASSETS: {}, SOMETHING: "else" })).not.toThrow();
  });

  test.each([
    ["MAX_BYTES", "lots"],
    ["MAX_BYTES", "-1"],
    ["MAX_BYTES", "1.5"],
    ["MAX_BYTES", ""],
    ["MAX_REDIRECTS", "1000"],
    ["MAX_REDIRECTS", ""],
    ["MAX_REDIRECTS", "0x3"],
    ["MAX_REDIRECTS", true],
    ["FETCH_MS", "0"],
    ["API_KEYS", "short"],
    ["URL_KEYS", "long-enough-for-a-secret, short"],
    ["ALLOWED_HOSTS", "https://example.com"],
    ["ALLOWED_HOSTS", "*"],
    ["ALLOWED_HOSTS", "*example.com"],
    ["ALLOWED_HOSTS", "a.*.example.com"],
    ["CORS_ORIGINS", "example.com"],
    ["CORS_ORIGINS", "https://example.com/"],
    ["CORS_ORIGINS", "https://*.example.com"],
    ["PRIVATE_HOSTS", "http://127.0.0.1"],
    ["PRIVATE_HOSTS", "127.0.0.1:0"],
    ["PRIVATE_HOSTS", "127.0.0.1:99999"],
    ["PRIVATE_HOSTS", "user@host"],
    ["PRIVATE_HOSTS", "host/path"],
    ["PRIVATE_HOSTS", "::1"],
    ["PRIVATE_HOSTS", "a b"],
  ])("refuse %s=%s and name the variable", (name, value) => {
    expect(() => parseSettings({ [name]: value })).toThrow(
      expect.objectContaining({
        code: "invalid_settings",
        message: expect.stringContaining(name),
      }),
    );
  });
});
