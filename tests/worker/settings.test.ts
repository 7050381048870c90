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
