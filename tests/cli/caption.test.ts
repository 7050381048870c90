import { execFile } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LOG_PROBABILITY_CONFIDENCE } from "../support/confidence-model.ts";
import { sharedFolder, temporaryFolder } from "../support/temporary-folder.ts";
import { writeToyBundle } from "../support/toy-bundle.ts";

const command = join(import.meta.dirname, "../../cli/caption.ts");

const folder = sharedFolder();
const model = join(folder, "model");
let server: Server;
let site: string;

beforeAll(async () => {
  await writeToyBundle(model);
  await mkdir(inFolder("album/more"), { recursive: true });
  await mkdir(inFolder("empty"));
  await image("red").jpeg().toFile(inFolder("red.jpg"));
  await image("lime").png().toFile(inFolder("green.png"));
  await image("blue").withMetadata({ orientation: 6 }).webp().toFile(inFolder("blue.webp"));
  await image("blue").png().toFile(inFolder("album/b.PNG"));
  await image("red").gif().toFile(inFolder("album/more/a.gif"));
  await image("red").jpeg().toFile(inFolder("album/.hidden.jpg"));
  await writeFile(inFolder("album/notes.txt"), "no image");
  await writeFile(inFolder("page.jpg"), "<!DOCTYPE html>");
  const lens = { width: 16, height: 12, channels: 3, background: "black" } as const;
  await sharp({ create: lens }).jpeg().toFile(inFolder("blank.jpg"));

  const photo = await readFile(inFolder("green.png"));
  server = createServer(({ url }, response) => {
    response.writeHead(url === "/green.png" ? 200 : 404).end(photo);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}, 60_000);

afterAll(() => server.close());

describe("npm run caption", { timeout: 60_000 }, () => {
  test("writes a path, a tab and a caption for each image, and ends with a summary", async () => {
    const files = ["red.jpg", "green.png", "blue.webp"].map(inFolder);
    const { stdout, stderr, status } = await run(...files);
    expect(stdout).toBe(
      `${inFolder("red.jpg")}\tRed.\n${inFolder("green.png")}\tGreen.\n${inFolder("blue.webp")}\tBlue.\n`,
    );
    expect(stderr).toMatch(/^3 images captioned in \d+\.\d s\n$/);
    expect(status).toBe(0);
  });

  test("takes folders with their subfolders, globs and URLs, each image once", async () => {
    const { stdout, status } = await run(
      inFolder("album"),
      inFolder("*.png"),
      inFolder("green.png"),
      `${site}/green.png`,
    );
    expect(stdout.trimEnd().split("\n")).toEqual([
      `${inFolder("album/b.PNG")}\tBlue.`,
      `${inFolder("album/more/a.gif")}\tRed.`,
      `${inFolder("green.png")}\tGreen.`,
      `${site}/green.png\tGreen.`,
    ]);
    expect(status).toBe(0);
  });

  test("names each argument that cannot be captioned, and continues with the others", async () => {
    const { stdout, stderr, status } = await run(
      ...["none.jpg", "red.jpg", "page.jpg", "*.avif", "empty"].map(inFolder),
      `${site}/none.png`,
      "http://127.0.0.1:9/cat.jpg",
      "ftp://example.com/cat.jpg",
    );
    expect(stdout).toBe(`${inFolder("red.jpg")}\tRed.\n`);
    expect(stderr.trimEnd().split("\n")).toEqual([
      `error: ${inFolder("none.jpg")}: there is no such file or folder. [unreadable_file]`,
      `error: ${inFolder("*.avif")}: no file matches this pattern. [no_images]`,
      `error: ${inFolder("empty")}: no JPEG, PNG, WebP, GIF or AVIF files there. [no_images]`,
      "error: ftp://example.com/cat.jpg: only http and https URLs can be read. [unsupported_url]",
      expect.stringMatching(/^error: .*page\.jpg: .* \[unsupported_format\]$/),
      `error: ${site}/none.png: the image cannot be downloaded: the server answered 404. [unreachable_url]`,
      expect.stringMatching(
        /^error: http:\/\/127\.0\.0\.1:9\/cat\.jpg: the image cannot be downloaded: bad port\. \[unreachable_url\]$/,
      ),
      expect.stringMatching(/^1 image captioned in .* s, 7 failed$/),
    ]);
    expect(status).toBe(1);
  });

  test("has no sentence for a blank image", async () => {
    const { stdout, stderr, status } = await run(inFolder("blank.jpg"), inFolder("red.jpg"));
    expect(stdout).toBe(`${inFolder("red.jpg")}\tRed.\n`);
    expect(stderr).toMatch(
      /^error: .*blank\.jpg: Nothing can be seen in the image: .* \[blank_image\]\n1 image .*, 1 failed\n$/,
    );
    expect(status).toBe(1);
  });

  test("writes captions as the options of the service ask for them", async () => {
    const people = temporaryFolder();
    await writeToyBundle(people, { colours: ["boy", "policewoman", "beach"] });
    const files = [inFolder("red.jpg"), inFolder("green.png"), "--model", people, "--json"];
    const captionsWith = async (...options: string[]) =>
      (await run(...files, ...options)).stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line))
        .map(({ caption, complete }) => [caption, complete]);
    expect(await captionsWith("--neutral", "--max-length", "1")).toEqual([
      ["Child.", true],
      ["Officer.", true],
    ]);
    expect(await captionsWith("--max-characters", "10")).toEqual([
      ["Boy.", true],
      // The model calls it a policewoman: another word is only there because it is short.
      ["Boy.", false],
    ]);
  });

  test.each(["--json", "--format=ndjson"])(
    "writes JSON lines with %s, with the size as the image is displayed",
    async (flag) => {
      const { stdout } = await run(flag, "--beam", "2", inFolder("blue.webp"));
      expect(JSON.parse(stdout)).toEqual({
        path: inFolder("blue.webp"),
        caption: "Blue.",
        tokens: ["blue"],
        logProbability: expect.closeTo(0, 3),
        complete: true,
        image: { width: 16, height: 12, format: "webp" },
      });
    },
  );

  test.each([
    ["captions.txt", (name: string) => name],
    ["captions.csv", (name: string) => `"${name}"`],
    ["captions.ndjson", (name: string) => `{"path":"${name}"`],
  ])("resumes an interrupted %s", async (name, beginning) => {
    const place = temporaryFolder();
    // A name that needs quotes in CSV.
    const comma = join(place, "red, or not.jpg");
    await image("red").jpeg().toFile(comma);
    const output = join(place, name);
    await run("--output", output, comma);
    await appendFile(output, beginning(inFolder("green.png")));

    const { stdout, stderr } = await run("--output", output, comma, inFolder("green.png"));
    expect(stdout).toBe("");
    expect(stderr).toMatch(/1 image captioned in .*, 1 skipped, already in the output\n$/);
    const rerun = await run("--output", output, comma, inFolder("green.png"));
    expect(rerun.stderr).toMatch(/^0 images captioned in .*, 2 skipped, /);

    const whole = join(place, `whole-${name}`);
    await run("--output", whole, comma, inFolder("green.png"));
    expect(await readFile(output, "utf8")).toBe(await readFile(whole, "utf8"));
  });

  test("leaves captions empty whose confidence is below --min-confidence", async () => {
    const calibrated = temporaryFolder();
    await writeToyBundle(calibrated, { confidence: LOG_PROBABILITY_CONFIDENCE });
    const grey = inFolder("grey.gif");
    await image("#808080").gif().toFile(grey);
    const given = [inFolder("red.jpg"), grey, "--model", calibrated, "--min-confidence", "0.4"];
    expect((await run(...given)).stdout).toBe(
      `${inFolder("red.jpg")}\tRed.\t0.500\n${grey}\t\t0.366\n`,
    );
    const [, unsure] = (await run(...given, "--json")).stdout.split("\n");
    expect(JSON.parse(unsure ?? "")).toMatchObject({
      caption: null,
      reason: "low_confidence",
      draft: "Red.",
      confidence: 0.366,
    });
  });

  test("writes in the style that --style names", async () => {
    const styled = temporaryFolder();
    await writeToyBundle(styled, { styles: ["plain", "moody"] });
    const { stdout } = await run(inFolder("red.jpg"), "--model", styled, "--style", "moody");
    expect(stdout).toBe(`${inFolder("red.jpg")}\tBlue.\n`);
  });

  test("writes CSV with a header", async () => {
    const { stdout } = await run("--format", "csv", inFolder("red.jpg"));
    expect(stdout).toBe(`path,caption\n${inFolder("red.jpg")},Red.\n`);
  });

  test("does not continue a file of another kind", async () => {
    const output = join(temporaryFolder(), "notes.csv");
    await writeFile(output, "a,b\n1,2\n");
    const { stderr, status } = await run("--output", output, inFolder("red.jpg"));
    expect([status, stderr]).toEqual([1, expect.stringMatching(/\[invalid_output\]\n$/)]);
    expect(await readFile(output, "utf8")).toBe("a,b\n1,2\n");
  });

  test.each<[string, () => string[], string]>([
    ["no image", () => [], "error: missing required argument 'images'\n"],
    ["a beam of size 0", () => ["--beam", "0", "a.jpg"], "[invalid_option]\n"],
    ["an unknown format", () => ["--format", "xml", "a.jpg"], "[invalid_option]\n"],
    [
      "a style that the model does not have",
      () => ["--style", "moody", inFolder("red.jpg")],
      "[unknown_style]\n",
    ],
    [
      "a --min-confidence for a model that is not calibrated",
      () => ["--min-confidence", "0.5", inFolder("red.jpg")],
      "[no_calibration]\n",
    ],
    [
      "a length beyond that of the service",
      () => ["--max-length", "51", "a.jpg"],
      "it must be at most 50. [invalid_option]\n",
    ],
    [
      "a confidence above one",
      () => ["--min-confidence", "1.5", inFolder("red.jpg")],
      "[invalid_option]\n",
    ],
    [
      "a folder without a model",
      () => ["--model", tmpdir(), inFolder("red.jpg")],
      "[missing_model]\n",
    ],
  ])("refuses %s in one line", async (_, given, ending) => {
    const { stdout, stderr, status } = await run(...given());
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr.endsWith(ending)).toBe(true);
    expect(stderr.split("\n").length).toBe(2);
  });
});

/** An image of one colour with a black corner, as one without anything on it is refused. */
function image(background: string) {
  return sharp({ create: { width: 16, height: 12, channels: 3, background } }).composite([
    {
      input: { create: { width: 4, height: 4, channels: 3, background: "black" } },
      left: 0,
      top: 0,
    },
  ]);
}

function inFolder(name: string): string {
  return join(folder, name);
}

function run(...args: string[]): Promise<{ stdout: string; stderr: string; status: number }> {
  const node = ["--disable-warning=ExperimentalWarning", command, "--model", model, ...args];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, node, (_, stdout, stderr) =>
      resolve({ stdout, stderr, status: child.exitCode ?? -1 }),
    );
  });
}
