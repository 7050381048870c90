import { type ChildProcess, execFile, spawn } from "node:child_process";
import { cpSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { parseHTML } from "linkedom";
import { beforeAll, describe, expect, test, vi } from "vitest";
import type { LogEntry } from "../../../run-files/log.ts";
import { browserTest } from "../../support/browser.ts";
import { sharedFolder, temporaryFolder } from "../../support/temporary-folder.ts";

// A busy machine may take half a minute for what a free one does in one second.
vi.setConfig({ testTimeout: 120_000 });

const root = join(import.meta.dirname, "../../..");
const folder = sharedFolder();
const run = join(folder, "run");
const megabyte = 2 ** 20;

const settings = [
  ["--synthetic-images", "64"],
  ["--epochs", "1"],
  ["--fine-tune", "1"],
  ["--self-critical", "1"],
  ["--gap-images", "16"],
  ["--patience", "9"],
].flat();

interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function command(file: string, ...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(root, file), ...args],
      { cwd: root },
      (error, stdout, stderr) => {
        resolve({ status: error === null ? 0 : Number(error.code ?? Number.NaN), stdout, stderr });
      },
    );
  });
}

function logOf(path: string): LogEntry[] {
  const text = existsSync(join(path, "log.jsonl"))
    ? readFileSync(join(path, "log.jsonl"), "utf8")
    : "";
  return text
    .split("\n")
    .slice(0, -1)
    .map((line): LogEntry => JSON.parse(line));
}

const epochsOf = (path: string) => logOf(path).filter((entry) => entry.event === "epoch");

const pageOf = (path: string) => readFileSync(join(path, "report.html"), "utf8");

const documentOf = (page: string) => parseHTML(page).document;

const text = (element: { readonly textContent: string | null } | null | undefined) =>
  element?.textContent?.replace(/\s+/g, " ").trim() ?? "";

/** A copy of the run that a test may change. */
function copyOfRun(): string {
  const path = join(temporaryFolder(), "run");
  cpSync(run, path, { recursive: true });
  return path;
}

/** The report of the run in the middle of its training, when it is killed. */
let midway: string;
let resumed: Outcome;

beforeAll(async () => {
  const args = ["--out", run, "--cache", join(folder, "cache"), ...settings];
  const child: ChildProcess = spawn(process.execPath, [join(root, "cli/train.ts"), ...args], {
    cwd: root,
    stdio: "ignore",
  });
  const exit = new Promise((resolve) => child.once("exit", (code) => resolve(code)));
  const inSecondStage = () =>
    logOf(run).some((entry) => entry.event === "step" && entry.stage === "fine-tune");
  while (child.exitCode === null && !inSecondStage()) await sleep(2);
  child.kill("SIGKILL");
  expect(await exit, "the run ended before it could be killed").toBeNull();
  midway = pageOf(run);
  resumed = await command("cli/train.ts", "--resume", run);
  expect(resumed.stderr).not.toContain("the report could not be written");
}, 300_000);

describe("the report of a run", () => {
  test("is complete while training goes on", () => {
    expect(midway.trimEnd().endsWith("</html>")).toBe(true);
    expect(text(documentOf(midway).querySelector(".lead"))).toContain(
      "not finished: this is its state after frozen 1.",
    );
  });

  test("is named at the end of the training, and is complete after a resumption", () => {
    expect(resumed.status).toBe(0);
    expect(resumed.stdout).toContain(`The report is in ${join(run, "report.html")}.`);
    const document = documentOf(pageOf(run));
    expect(text(document.querySelector(".lead"))).toContain("The run is finished.");
    const rows = [...document.querySelectorAll("#curves ~ details tbody tr")];
    expect(rows.map((row) => text(row.querySelector("th")).replace(" ★", ""))).toEqual([
      "frozen 1",
      "fine-tune 1",
      "self-critical 1",
    ]);
    expect([...document.querySelectorAll("h2")].map(text)).toEqual([
      "Training against validation",
      "Learning rate",
      "Captions over time",
      "Best and worst",
      "Use of words",
      "Configuration",
      "Data",
    ]);
  });

  test("loads nothing, and is small", () => {
    const page = pageOf(run);
    const document = documentOf(page);
    const loaded = [...document.querySelectorAll("[src], [href]")].map(
      (element) => element.getAttribute("src") ?? element.getAttribute("href") ?? "",
    );
    expect(loaded.filter((address) => !/^(data:|#)/.test(address))).toEqual([]);
    const inStyle = [...page.matchAll(/url\(["']?(?<address>[^"')]{0,20})/g)];
    expect(inStyle.length).toBeGreaterThan(0);
    expect(inStyle.filter(({ groups }) => !groups?.address?.startsWith("data:"))).toEqual([]);
    expect(page).not.toMatch(/@import|<script[^>]+src|<link/);
    expect(statSync(join(run, "report.html")).size).toBeLessThan(5 * megabyte);
  });

  test("shows the numbers of the log, and the gap", () => {
    const document = documentOf(pageOf(run));
    const head = [...document.querySelectorAll("#curves ~ details thead th")].map(text);
    const rows = [...document.querySelectorAll("#curves ~ details tbody tr")].map((row) =>
      [...row.children].map((cell) => text(cell)),
    );
    const cell = (row: number, name: string) => rows[row]?.[head.indexOf(name)];
    for (const [index, { validation, gap, loss }] of epochsOf(run).entries()) {
      const held = validation["CIDEr-D"] ?? Number.NaN;
      expect(cell(index, "CIDEr-D, validation")).toBe(held.toFixed(3));
      expect(cell(index, "CIDEr-D, training")).toBe(gap?.train["CIDEr-D"].toFixed(3));
      expect(cell(index, "gap")).toBe(((gap?.train["CIDEr-D"] ?? 0) - held).toFixed(3));
      expect(cell(index, "loss, validation")).toBe(gap?.validation.loss.toFixed(3));
      expect(cell(index, "training minimises")).toBe(loss.toFixed(4));
    }
    const figures = [...document.querySelectorAll(".figures dt")].map(text);
    expect(figures).toContain("gap");
  });

  test("shows the same images after every epoch, with the attention of each word", () => {
    const document = documentOf(pageOf(run));
    const cards = [...document.querySelectorAll("section[aria-labelledby=samples] article")];
    expect(cards).toHaveLength(6);
    for (const card of cards) {
      const id = text(card.querySelector("code"));
      const captions = logOf(run).flatMap((entry) =>
        entry.event === "samples" ? [entry.captions[id] ?? "missing"] : [],
      );
      expect(captions).toHaveLength(3);
      const spells = [...card.querySelectorAll(".timeline td")].map((cell) => text(cell));
      const changes = captions.filter((caption, index) => caption !== captions[index - 1]);
      expect(spells.map((spell) => spell.toLowerCase().replace(/\.$/, ""))).toEqual(changes);
      const caption = text(card.querySelector(".caption")).toLowerCase().replace(/\.$/, "");
      const words = [...card.querySelectorAll(".strip .word")].map((word) => text(word));
      expect(words.join(" ")).toBe(caption);
      expect(card.querySelectorAll(".strip img")).toHaveLength(words.length);
    }
  });

  test("can be read by a screen reader", () => {
    const document = documentOf(pageOf(run));
    expect(document.documentElement.getAttribute("lang")).toBe("en");
    const images = [...document.querySelectorAll("img")];
    expect(images.length).toBeGreaterThan(0);
    expect(
      images.filter((image) => !image.getAttribute("alt")?.startsWith("looked most at")),
    ).toEqual([]);
    const drawn = [...document.querySelectorAll("svg, [role=img]")];
    expect(
      drawn.filter((element) => (element.getAttribute("aria-label") ?? "").length < 10),
    ).toEqual([]);
  });
});

describe("in a browser without a network", () => {
  const address = () => pathToFileURL(join(run, "report.html")).href;

  for (const [colorScheme, width] of [
    ["light", 1280],
    ["dark", 390],
  ] as const) {
    browserTest(
      `the report is accessible, ${colorScheme} and ${width} pixels wide`,
      address,
      async ({ page, elsewhere }) => {
        expect(elsewhere.filter((asked) => !asked.startsWith("data:"))).toEqual([address()]);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
        const drawing = page.locator(width > 640 ? ".plot .wide svg" : ".plot .narrow svg");
        expect(await drawing.first().isVisible()).toBe(true);
        await page.evaluate(
          "document.querySelectorAll('details').forEach((each) => each.open = true)",
        );
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
      },
      { colorScheme, offline: true, viewport: { width, height: 800 } },
    );
  }
});

describe("npm run report", () => {
  /** Copies the run as an older version, which kept neither images nor the gap, would have left it. */
  function aged(): string {
    const path = copyOfRun();
    rmSync(join(path, "validation"), { recursive: true });
    rmSync(join(path, "report.html"));
    const lines = logOf(path)
      .filter(({ event }) => event !== "samples")
      .map((entry) => {
        const { time, ...timeless } = entry;
        if (entry.event === "start") return entry;
        return entry.event === "epoch" ? { ...timeless, gap: undefined } : timeless;
      });
    writeFileSync(
      join(path, "log.jsonl"),
      lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
    );
    return path;
  }

  test("computes what an older version did not keep, and says what it cannot show", async () => {
    const old = aged();
    const { status, stdout } = await command("cli/report.ts", old);
    expect(status).toBe(0);
    expect(stdout).toBe(`${join(old, "report.html")}\n`);
    for (const name of ["results.json", "references.json"]) {
      const [ours, theirs] = [old, run].map((path) =>
        readFileSync(join(path, "validation", name), "utf8"),
      );
      expect(ours, name).toBe(theirs);
    }
    const document = documentOf(pageOf(old));
    expect(document.querySelectorAll(".strip img").length).toBeGreaterThan(0);
    expect(document.querySelectorAll(".timeline")).toHaveLength(0);
    const missing = text(document.querySelector("details"));
    expect(missing).toContain("measured no training images after them");
    expect(missing).toContain("kept no captions of them");
  });

  test("writes what it can without the data set", async () => {
    const old = aged();
    const config = JSON.parse(readFileSync(join(old, "config.json"), "utf8"));
    config.options.dataset = join(old, "nowhere");
    writeFileSync(join(old, "config.json"), JSON.stringify(config));
    const { status, stderr } = await command("cli/report.ts", old);
    expect(status).toBe(0);
    expect(stderr).toContain(
      "warning: the captions of the validation images cannot be written again",
    );
    const document = documentOf(pageOf(old));
    expect(text(document.querySelector("details"))).toContain("are not in the run's folder");
    expect(document.querySelectorAll("#curves ~ details tbody tr")).toHaveLength(3);
  });

  test("shows markup in captions and in options as text", async () => {
    const path = copyOfRun();
    const hostile = "<img src=x onerror=alert(1)>";
    const results = JSON.parse(readFileSync(join(path, "validation/results.json"), "utf8"));
    for (const result of results) result.caption = hostile;
    writeFileSync(join(path, "validation/results.json"), JSON.stringify(results));
    const config = JSON.parse(readFileSync(join(path, "config.json"), "utf8"));
    // Without its data set the report cannot write the captions again.
    config.options.dataset = join(path, "nowhere");
    writeFileSync(
      join(path, "config.json"),
      JSON.stringify({ ...config, command: "</script><script>alert(1)</script>" }),
    );
    expect((await command("cli/report.ts", path)).status).toBe(0);
    const document = documentOf(pageOf(path));
    expect(document.querySelectorAll("script, [onerror]")).toHaveLength(0);
    expect(text(document.querySelector("article .caption"))).toContain("onerror=alert(1)");
  });

  test("refuses a folder without a run in one line", async () => {
    const { status, stderr } = await command("cli/report.ts", temporaryFolder());
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: .* holds no run.*\[run_not_found\]\n$/);
  });
});
