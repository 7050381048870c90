import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeToyBundle } from "../support/toy-bundle.ts";

const command = join(import.meta.dirname, "../../cli/caption.ts");

let folder: string;
let model: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "caption-"));
  model = join(folder, "model");
  await writeToyBundle(model);
  await picture("red").jpeg().toFile(join(folder, "red.jpg"));
  await picture("lime").png().toFile(join(folder, "green.png"));
  await picture("blue").withMetadata({ orientation: 6 }).webp().toFile(join(folder, "blue.webp"));
  await writeFile(join(folder, "page.jpg"), "<!DOCTYPE html>");
});
afterAll(() => rm(folder, { recursive: true }));

describe("npm run caption", () => {
  test("writes a path, a tab and a sentence for each picture", async () => {
    const files = ["red.jpg", "green.png", "blue.webp"].map(inFolder);
    const { stdout, stderr, status } = await run("--model", model, ...files);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout).toBe(
      `${inFolder("red.jpg")}\tRed.\n${inFolder("green.png")}\tGreen.\n${inFolder("blue.webp")}\tBlue.\n`,
    );
  });

  test("says in one line what is wrong with a file, and goes on with the others", async () => {
    const files = ["none.jpg", "red.jpg", "page.jpg", "green.png"].map(inFolder);
    const { stdout, stderr, status } = await run("--model", model, ...files);
    expect(stdout).toBe(`${inFolder("red.jpg")}\tRed.\n${inFolder("green.png")}\tGreen.\n`);
    expect(stderr.trimEnd().split("\n")).toEqual([
      `error: ${inFolder("none.jpg")} cannot be read: no such file or directory. [unreadable_file]`,
      `error: ${inFolder("page.jpg")}: This is a web page; JPEG, PNG, WebP, GIF and AVIF images are understood. [unsupported_format]`,
    ]);
    expect(status).toBe(1);
  });

  test("writes JSON with what a program wants, the size as the picture is seen", async () => {
    const { stdout } = await run("--model", model, "--json", "--beam", "2", inFolder("blue.webp"));
    expect(JSON.parse(stdout)).toEqual({
      path: inFolder("blue.webp"),
      caption: "Blue.",
      tokens: ["blue"],
      logProbability: expect.closeTo(0, 3),
      image: { width: 12, height: 16, format: "webp" },
    });
  });

  test.each<[string, string[], string]>([
    ["no file", [], "error: missing required argument 'files'\n"],
    ["a beam of nothing", ["--beam", "0", "a.jpg"], "[invalid_option]\n"],
    ["a folder without a model", ["--model", tmpdir(), "a.jpg"], "[missing_model]\n"],
  ])("refuses %s in one line", async (_, given, ending) => {
    const { stdout, stderr, status } = await run(...given);
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr.endsWith(ending)).toBe(true);
    expect(stderr.split("\n").length).toBe(2);
  });
});

function picture(background: string) {
  return sharp({ create: { width: 16, height: 12, channels: 3, background } });
}

function inFolder(name: string): string {
  return join(folder, name);
}

function run(...args: string[]): Promise<{ stdout: string; stderr: string; status: number }> {
  const node = ["--disable-warning=ExperimentalWarning", command, ...args];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, node, (_, stdout, stderr) =>
      resolve({ stdout, stderr, status: child.exitCode ?? -1 }),
    );
  });
}
