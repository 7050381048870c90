import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { noise } from "../support/images.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Writes files and their folders below a folder, by default a new temporary one. */
export async function writeFolder(
  files: Readonly<Record<string, string | Uint8Array>>,
  folder = join(temporaryFolder(), "data"),
): Promise<string> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

/** Draws a different image for each seed: a few slow waves of light, in a few colours. */
export function scenery(seed: number, width = 96, height = 96): Sharp {
  const next = noise(seed);
  const draw = () => next() / 2 ** 32;
  const waves = Array.from({ length: 6 }, () => ({
    x: (draw() - 0.5) / 2,
    y: (draw() - 0.5) / 2,
    phase: 6.3 * draw(),
    paint: [draw(), draw(), draw()],
  }));
  const data = new Uint8Array(width * height * 3);
  for (let at = 0; at < data.length; at++) {
    const pixel = Math.floor(at / 3);
    const [x, y] = [((pixel % width) * 96) / width, (Math.floor(pixel / width) * 96) / height];
    const light = waves.reduce(
      (sum, wave) =>
        sum + Math.sin(wave.x * x + wave.y * y + wave.phase) * (wave.paint[at % 3] ?? 0),
      0,
    );
    data[at] = 128 + 40 * light;
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** The same as a file. */
export function photo(seed: number, width = 96, height = 96): Promise<Buffer> {
  return scenery(seed, width, height).jpeg({ quality: 92 }).toBuffer();
}

/** JSON Lines. */
export function jsonLines(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}
