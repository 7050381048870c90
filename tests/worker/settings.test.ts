import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { parseSettings, settingsSchema } from "../../worker/settings/index.ts";

describe("settings", () => {
  test("have the defaults that the guide lists", async () => {
    const guide = await readFile("docs/http.md", "utf8");
    const rows = [...guide.matchAll(/^\| `([A-Z_]+)` \| (.+) \| .+ \|$/gm)];
    const listed = rows.map(([, name = "", value = ""]) => [name, value] as const);
    expect(listed.map(([name]) => name)).toEqual(Object.keys(settingsSchema.shape));
    const written = listed.map(([name, value]) => [name, value === "none" ? "" : value]);
    expect(parseSettings(Object.fromEntries(written))).toEqual(parseSettings({}));
  });

  test("may be text or numbers", () => {
    expect(parseSettings({ MAX_BYTES: "1000" }).MAX_BYTES).toBe(1000);
    expect(parseSettings({ MAX_BYTES: 1000 }).MAX_BYTES).toBe(1000);
  });

  test("never name a secret header in their message", () => {
    const secret = '{"example.com": {"Authorization": "secret\\nvalue"}}';
    expect(() => parseSettings({ HOST_HEADERS: secret })).toThrow(/^(?!.*secret\W)/);
    expect(() => parseSettings({ HOST_HEADERS: secret })).toThrow(/example\.com Authorization/);
  });

  test("ignore other bindings", () => {
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
    ["OWN_HOSTS", "https://captions.example"],
    ["ALLOWED_PORTS", "0"],
    ["ALLOWED_PORTS", "80, 65536"],
    ["ALLOWED_PORTS", "90-80"],
    ["ALLOWED_PORTS", "http"],
    ["RESOLVER_URL", "cloudflare-dns.com/dns-query"],
    ["RESOLVER_URL", "http://cloudflare-dns.com/dns-query"],
    ["USER_AGENT", ""],
    ["USER_AGENT", "two\nlines"],
    ["REFERER", "caf\u00e9"],
    ["HOST_HEADERS", "example.com"],
    ["HOST_HEADERS", '{"https://example.com": {"A": "b"}}'],
    ["HOST_HEADERS", '{"example.com": {"A b": "c"}}'],
    ["HOST_HEADERS", '{"example.com": {"Host": "c"}}'],
    ["SUBREQUESTS", "49"],
    ["CACHE_SECONDS", "-1"],
    ["LOG_URLS", "yes"],
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
  ])("with %s=%s are refused, and the message names the variable", (name, value) => {
    expect(() => parseSettings({ [name]: value })).toThrow(
      expect.objectContaining({
        code: "invalid_settings",
        message: expect.stringContaining(name),
      }),
    );
  });
});
