import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, expect } from "vitest";
import { examplesFolder } from "../../../bench/images.ts";
import { cat, catAnswer, expectCat, pageTest } from "./cat-page.ts";

describe("several files", () => {
  const rocket = join(examplesFolder, "rocket.jpg");
  const notes = { name: '=notes, "old".txt', mimeType: "text/plain", buffer: Buffer.from("hello") };

  pageTest("are captioned in a table, which can be copied and saved", async (visit) => {
    const { page, complaints } = visit;
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const files = [await payloadOf(cat), notes, await payloadOf(rocket)];
    await page.getByLabel("Or your own images").setInputFiles(files);
    const cells = page.locator("#batch-rows td");
    await expect.poll(() => cells.allTextContents(), { timeout: 20_000 }).not.toContain("");
    const texts = await cells.allTextContents();
    const confidence = catAnswer().confidence?.toFixed(2) ?? "";
    expect(texts[0]).toBe(`${catAnswer().caption} ${Math.round(100 * Number(confidence))} %`);
    expect(texts[1]).toContain("JPEG");
    expect(texts[2]).toMatch(/^[A-Z].*\. \d+ %$/);
    expect(await page.locator("#result").isVisible()).toBe(false);

    await page.getByRole("button", { name: "Copy the table" }).click();
    await page.getByText("The table is copied.").waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(confidence).toMatch(/^0\.\d\d$/);
    expect(copied.split("\n")[0]).toBe(`chelsea.jpg\t${catAnswer().caption}\t${confidence}\t`);

    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save as CSV" }).click();
    const csv = await readFile(await (await download).path(), "utf8");
    expect(csv.split("\r\n").slice(0, 2)).toEqual([
      "file,caption,confidence,problem",
      `chelsea.jpg,${catAnswer().caption},${confidence},`,
    ]);
    expect(csv).toContain(`"'=notes, ""old"".txt",,,`);

    const logged = "Failed to load resource: the server responded with a status of 415";
    expect(complaints.splice(0)).toEqual([expect.stringContaining(logged)]);
    await page.getByRole("button", { name: "Example: a cat" }).click();
    await expectCat(page);
    expect(await page.locator("#batch").isVisible()).toBe(false);
  });

  async function payloadOf(path: string) {
    return { name: basename(path), mimeType: "image/jpeg", buffer: await readFile(path) };
  }
});
