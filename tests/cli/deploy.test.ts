import { copyFile, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkBundle } from "../../cli/deploy/bundle.ts";
import { checkVariables, leftOpen } from "../../cli/deploy/variables.ts";

describe("the bundle that is deployed", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "bundle-"));
    for (const name of await readdir("model")) {
      await copyFile(join("model", name), join(folder, name));
    }
  });

  afterEach(() => rm(folder, { recursive: true }));

  test("is the one in model/", async () => {
    const { name, files } = await checkBundle(folder);
    expect(name).toBeTruthy();
    expect(files.length).toBeGreaterThanOrEqual(3);
  });

  test("is refused when a file is missing, or is another of the same size", async () => {
    await writeFile(join(folder, "vocabulary.json"), "[]");
    await expect(checkBundle(folder)).rejects.toMatchObject({ code: "invalid_bundle" });
    await rm(join(folder, "vocabulary.json"));
    await expect(checkBundle(folder)).rejects.toMatchObject({
      code: "unreadable_file",
      message: expect.stringContaining("vocabulary.json"),
    });
  });
});

describe("the variables that are deployed", () => {
  test.each([
    [{ PRIVATE_HOSTS: "127.0.0.1:9000" }, "private_hosts"],
    [{ API_KEYS: "a-key-of-twenty-letters" }, "secret_in_variables"],
    [{ URL_KEYS: "a-key-of-twenty-letters" }, "secret_in_variables"],
    [{ MAX_BYTES: "much" }, "invalid_settings"],
  ])("%j is refused as %s", (variables, code) => {
    expect(() => checkVariables(variables)).toThrow(expect.objectContaining({ code }));
  });

  test("what they leave open is said", () => {
    const lines = (variables: Record<string, unknown>) =>
      leftOpen(checkVariables(variables)).join("\n");
    expect(lines({ CORS_ORIGINS: "*" })).toMatch(/API_KEYS.*\n.*ALLOWED_HOSTS.*\n.*CORS_ORIGINS/);
    const narrow = lines({ CORS_ORIGINS: "https://example.com", ALLOWED_HOSTS: "example.com" });
    expect(narrow).not.toMatch(/ALLOWED_HOSTS|CORS_ORIGINS/);
  });
});
