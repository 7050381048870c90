import sharp from "sharp";
import { drawKey } from "../../core/random-draws.ts";
import { randomNumbers } from "../../core/random-numbers.ts";
import type { OrientedImage } from "../../datasets/dataset.ts";

/** The kinds of image that no caption of a photograph can fit. */
const DRAWERS = {
  chart: drawChart,
  screenshot: drawScreenshot,
  document: drawDocument,
  drawing: drawDrawing,
  noise: drawNoise,
  blank: drawBlank,
} as const satisfies Readonly<Record<string, (random: Random) => string | Promise<Buffer>>>;

/** An image that is not a photograph. */
export interface NonPhotograph {
  readonly id: string;
  readonly read: () => Promise<OrientedImage>;
}

type Random = () => number;

const WIDTH = 320;
const HEIGHT = 240;
const WORDS =
  "total report account service value region quarter system update window user file page index market north growth average section figure".split(
    " ",
  );

/**
 * Draws images that are not photographs, each a function of its kind and number.
 *
 * @param perKind - how many of each of six kinds.
 */
export function nonPhotographs(perKind: number): NonPhotograph[] {
  return Object.entries(DRAWERS).flatMap(([kind, draw]) =>
    Array.from({ length: perKind }, (_, index) => {
      const id = `${kind}-${index}`;
      return { id, read: async () => rendered(await draw(randomNumbers(drawKey(id)))) };
    }),
  );
}

async function rendered(drawn: string | Buffer): Promise<OrientedImage> {
  const image = sharp(typeof drawn === "string" ? Buffer.from(drawn) : drawn);
  const { data, info } = await image
    .resize(WIDTH, HEIGHT, { fit: "fill" })
    .flatten({ background: "white" })
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return { pixels: { width, height, channels: 3, data }, orientation: 1 };
}

function drawChart(random: Random): string {
  const values = Array.from({ length: 4 + whole(random, 9) }, () => 0.1 + 0.85 * random());
  const palette = values.map(() => colour(random));
  const title = text(60, 20, 14, phrase(random, 3));
  const marks = random() < 0.25 ? pie(values, palette) : plotted(random, values, palette);
  return svg(light(random), [title, ...marks]);
}

function plotted(random: Random, values: readonly number[], palette: readonly string[]): string[] {
  const step = 270 / values.length;
  const places = values.map((value, index) => ({ x: 35 + index * step, y: 205 - 170 * value }));
  const grid = [0, 1, 2, 3, 4].map((row) => rectangle(30, 35 + row * 42, 280, 1, "#ccc"));
  const axes = [rectangle(30, 205, 280, 2, "#333"), rectangle(30, 30, 2, 175, "#333")];
  const labels = places.map(({ x }) => text(x, 222, 9, pick(random, WORDS).slice(0, 4)));
  const bars = places.map(({ x, y }, index) =>
    rectangle(x, y, step * 0.7, 205 - y, palette[index]),
  );
  const corners = places.map(({ x, y }) => `${x},${y}`).join(" ");
  const line = `<polyline points="${corners}" fill="none" stroke="${palette[0]}" stroke-width="3"/>`;
  const dots = places.map(
    ({ x, y }) => `<circle cx="${x}" cy="${y}" r="${3 + 4 * random()}" fill="${palette[0]}"/>`,
  );
  return [...grid, ...axes, ...labels, ...pick(random, [bars, [line], dots, [line, ...dots]])];
}

function pie(values: readonly number[], palette: readonly string[]): string[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  let turned = 0;
  const rim = (share: number) =>
    `${160 + 85 * Math.sin(2 * Math.PI * share)},${125 - 85 * Math.cos(2 * Math.PI * share)}`;
  return values.map((value, index) => {
    const from = turned / total;
    turned += value;
    const large = value / total > 0.5 ? 1 : 0;
    return `<path d="M160,125 L${rim(from)} A85,85 0 ${large} 1 ${rim(turned / total)} Z" fill="${palette[index]}"/>`;
  });
}

function drawScreenshot(random: Random): string {
  const dark = random() < 0.4;
  const ink = dark ? "#ddd" : "#222";
  const accent = colour(random);
  const side = 40 + whole(random, 60);
  const spacing = 14 + whole(random, 8);
  const rows = Array.from({ length: 5 + whole(random, 8) }, (_, row) => {
    const top = 52 + row * spacing;
    const button = random() < 0.2;
    return button
      ? rectangle(side + 12, top - 9, 50, 12, accent) + text(side + 16, top, 8, "OK")
      : text(side + 12, top, 9, phrase(random, 2 + whole(random, 6)), ink);
  });
  const entries = Array.from({ length: 4 + whole(random, 6) }, (_, row) =>
    text(6, 50 + row * 18, 8, pick(random, WORDS), ink),
  );
  const cards =
    random() < 0.5
      ? [
          rectangle(side + 120, 60, 80, 60, accent),
          rectangle(side + 120, 130, 80, 60, colour(random)),
        ]
      : [];
  return svg(dark ? "#1c1e22" : light(random), [
    rectangle(0, 0, WIDTH, 22, dark ? "#333" : accent),
    text(8, 15, 10, phrase(random, 2), "#fff"),
    rectangle(0, 22, side, HEIGHT, dark ? "#26292e" : "#e8eaee"),
    ...entries,
    ...rows,
    ...cards,
  ]);
}

function drawDocument(random: Random): string {
  const size = 6 + whole(random, 7);
  const margin = 12 + whole(random, 30);
  const columns = random() < 0.3 ? 2 : 1;
  const words = Math.floor((WIDTH - 2 * margin) / columns / (size * 3.6));
  const lines = Array.from({ length: Math.floor(200 / (size * 1.4)) }, (_, line) =>
    Array.from({ length: columns }, (_, column) =>
      text(
        margin + (column * (WIDTH - 2 * margin)) / columns,
        40 + line * size * 1.4,
        size,
        random() < 0.1 ? "" : phrase(random, Math.max(1, words)),
      ),
    ).join(""),
  );
  const paper = pick(random, ["#fff", "#fffdf5", "#f4efe2", "#f2f2f2"]);
  return svg(paper, [text(margin, 24, size * 1.6, phrase(random, 3)), ...lines]);
}

function drawDrawing(random: Random): string {
  const shapes = Array.from({ length: 2 + whole(random, 9) }, () => {
    const [x, y] = [WIDTH * random(), HEIGHT * random()];
    const size = 15 + 75 * random();
    const look = `fill="${random() < 0.3 ? "none" : colour(random)}" stroke="#111" stroke-width="${1 + whole(random, 4)}"`;
    return pick(random, [
      `<circle cx="${x}" cy="${y}" r="${size / 2}" ${look}/>`,
      `<rect x="${x - size / 2}" y="${y - size / 2}" width="${size}" height="${size * (0.4 + random())}" ${look}/>`,
      `<polygon points="${x},${y - size} ${x + size},${y + size / 2} ${x - size},${y + size / 2}" ${look}/>`,
      `<path d="M${x},${y} q${size},${-size * random()} ${size * 2},${size * random()} t${-size},${size}" ${look}/>`,
      `<ellipse cx="${x}" cy="${y}" rx="${size}" ry="${size * 0.4}" ${look}/>`,
    ]);
  });
  return svg(random() < 0.5 ? "#fff" : light(random), shapes);
}

function drawNoise(random: Random): Promise<Buffer> {
  // Coarse noise is as little a photograph as fine noise; a mean and a deviation give it a tint.
  const cell = pick(random, [1, 1, 2, 4, 8, 24]);
  const [width, height] = [Math.ceil(WIDTH / cell), Math.ceil(HEIGHT / cell)];
  const grey = random() < 0.3;
  const means = [random(), random(), random()];
  const spread = 0.2 + 0.8 * random();
  const data = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const shared = random();
    for (const [channel, mean] of means.entries()) {
      const drawn = grey ? shared : random();
      data[pixel * 3 + channel] = Math.round(255 * ((1 - spread) * mean + spread * drawn));
    }
  }
  const kernel = pick(random, ["nearest", "cubic"] as const);
  return sharp(data, { raw: { width, height, channels: 3 } })
    .resize(WIDTH, HEIGHT, { fit: "fill", kernel })
    .png()
    .toBuffer();
}

function drawBlank(random: Random): string {
  const [from, to] = [colour(random), random() < 0.5 ? undefined : colour(random)];
  if (to === undefined) return svg(pick(random, [from, "#fff", "#000", "#888"]), []);
  const slope = `x2="${whole(random, 2)}" y2="1"`;
  return svg("#fff", [
    `<linearGradient id="slope" ${slope}><stop stop-color="${from}"/><stop offset="1" stop-color="${to}"/></linearGradient>`,
    rectangle(0, 0, WIDTH, HEIGHT, "url(#slope)"),
  ]);
}

function svg(background: string, marks: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${rectangle(0, 0, WIDTH, HEIGHT, background)}${marks.join("")}</svg>`;
}

function rectangle(x: number, y: number, width: number, height: number, fill = "#000"): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}"/>`;
}

function text(x: number, y: number, size: number, content: string, fill = "#222"): string {
  return `<text x="${x}" y="${y}" font-size="${size}" font-family="sans-serif" fill="${fill}">${content}</text>`;
}

function phrase(random: Random, words: number): string {
  return Array.from({ length: words }, () => pick(random, WORDS)).join(" ");
}

function colour(random: Random): string {
  return `hsl(${whole(random, 360)},${30 + whole(random, 70)}%,${25 + whole(random, 50)}%)`;
}

function light(random: Random): string {
  return `hsl(${whole(random, 360)},${whole(random, 50)}%,${92 + whole(random, 8)}%)`;
}

/** A whole number from 0 to `below - 1`. */
function whole(random: Random, below: number): number {
  return Math.floor(below * random());
}

function pick<T>(random: Random, list: readonly T[]): T {
  const picked = list[whole(random, list.length)];
  if (picked !== undefined) return picked;
  throw new Error("nothing can be picked from an empty list");
}
