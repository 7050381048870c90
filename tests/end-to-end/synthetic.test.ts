import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { drawKey } from "../../core/random-draws.ts";
import { describeScene, drawScene, paintScene } from "../../datasets/synthetic.ts";
import { type Service, startService } from "../support/service.ts";
import { sharedFolder } from "../support/temporary-folder.ts";
import { native } from "../support/tensorflow.ts";

const root = join(import.meta.dirname, "../..");
const folder = sharedFolder();
const run = promisify(execFile);
const command = (file: string, ...args: string[]) =>
  run(process.execPath, [join(root, file), ...args], { cwd: root });

/** Training takes half a minute, and several minutes in pure JavaScript. */
const minutes = native ? 3 : 15;

let service: Service;

beforeAll(async () => {
  const [trained, bundle] = [join(folder, "run"), join(folder, "bundle")];
  await command("cli/train.ts", "--out", trained, "--cache", join(folder, "cache"));
  await command("cli/convert.ts", trained, bundle);
  service = await startService({ bundle });
}, minutes * 60_000);

afterAll(() => service.stop());

/** An image that no training saw, as a PNG of another size than the network's input. */
async function heldOut(index: number) {
  const scene = drawScene(drawKey(2026, "end to end", index));
  const { data, width, height, channels } = paintScene(scene, 200);
  const png = await sharp(data, { raw: { width, height, channels } }).png().toBuffer();
  return { png, truths: describeScene(scene).map((caption) => caption.toLowerCase()) };
}

test("a model that npm run train and npm run convert made captions new images correctly", async () => {
  const images = await Promise.all(Array.from({ length: 50 }, (_, index) => heldOut(index)));
  let right = 0;
  for (const { png, truths } of images) {
    const answer = await fetch(`${service.url}/caption?format=text`, { method: "POST", body: png });
    expect(answer.status).toBe(200);
    const caption = (await answer.text()).trim().toLowerCase().replace(/\.$/, "");
    if (truths.includes(caption)) right++;
  }
  expect(right).toBeGreaterThanOrEqual(45);
}, 120_000);
