import sharp from "sharp";
import type { Pixels } from "../../core/image/pixels.ts";
import { uniformDraws } from "../../core/random-draws.ts";

const [WIDTH, HEIGHT] = [400, 300];
const LOREM =
  "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore magna aliqua. Ut enim ad minim veniam".split(
    " ",
  );
const INKS = ["#1b4f72", "#922b21", "#b7950b", "#196f3d", "#6c3483", "#333333"];

/** Draws from 0 to 1, one after the other. */
type Draw = () => number;

/** Draws images that are not photographs, in other ways than the calibration does. */
const KINDS: Readonly<Record<string, (draw: Draw) => Promise<Pixels>>> = {
  "column chart": (draw) => svg("white", [...axes(), ...columns(draw)]),
  "line chart": (draw) => svg("white", [...axes(), ...curves(draw)]),
  screenshot: (draw) => svg("#f6f8fa", [...toolbar(draw), ...tableOfCells(draw)]),
  document: (draw) => svg("white", paragraphs(draw)),
  drawing: (draw) => svg("white", [sun(draw), house(draw), tree(draw), tree(draw), person(draw)]),
  noise: async (draw) => painted(() => grey(128 + 60 * (draw() + draw() + draw() + draw() - 2))),
  blank: async (draw) => {
    const [red, green, blue] = [255 * draw(), 255 * draw(), 255 * draw()];
    return painted(() => [red, green, blue]);
  },
};

/** Some images of each kind, by the kind. */
export async function freshNonPhotographs(perKind: number): Promise<Map<string, Pixels[]>> {
  const made = Object.entries(KINDS).map(async ([kind, make], number) => {
    const images: Pixels[] = [];
    for (let index = 0; index < perKind; index++) {
      images.push(await make(drawsFrom(1000 * number + index)));
    }
    return [kind, images] as const;
  });
  return new Map(await Promise.all(made));
}

function drawsFrom(seed: number): Draw {
  const draws = uniformDraws(seed, 2 ** 19);
  let next = 0;
  return () => draws[next++ % draws.length] ?? 0;
}

async function svg(background: string, marks: readonly string[]): Promise<Pixels> {
  const source = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"><rect width="100%" height="100%" fill="${background}"/>${marks.join("")}</svg>`;
  const { data, info } = await sharp(Buffer.from(source))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: 3, data };
}

function painted(sample: () => readonly number[]): Pixels {
  const data = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let at = 0; at < data.length; at += 3) data.set(sample().map(Math.round), at);
  return { width: WIDTH, height: HEIGHT, channels: 3, data };
}

function grey(value: number): number[] {
  const level = Math.min(255, Math.max(0, value));
  return [level, level, level];
}

function ink(draw: Draw): string {
  return INKS[Math.floor(draw() * INKS.length)] ?? "#000";
}

function axes(): string[] {
  const ticks = [0, 1, 2, 3, 4, 5].map(
    (tick) => `<text x="14" y="${262 - 40 * tick}" font-size="11">${20 * tick}</text>`,
  );
  return [`<path d="M40,40 V260 H380" stroke="#555" fill="none"/>`, ...ticks];
}

function columns(draw: Draw): string[] {
  return Array.from({ length: 6 }, (_, group) => {
    const [first, second] = [30 + 180 * draw(), 30 + 180 * draw()];
    const left = 55 + group * 54;
    return `<rect x="${left}" y="${260 - first}" width="18" height="${first}" fill="#1b4f72"/><rect x="${left + 19}" y="${260 - second}" width="18" height="${second}" fill="#b7950b"/><text x="${left}" y="276" font-size="10">Q${group + 1}</text>`;
  });
}

function curves(draw: Draw): string[] {
  return [0, 1, 2].map(() => {
    let height = 100 + 100 * draw();
    const points = Array.from({ length: 34 }, (_, index) => {
      height = Math.min(250, Math.max(45, height + 30 * (draw() - 0.5)));
      return `${40 + index * 10},${height}`;
    });
    return `<polyline points="${points.join(" ")}" stroke="${ink(draw)}" stroke-width="2" fill="none"/>`;
  });
}

function toolbar(draw: Draw): string[] {
  const buttons = Array.from(
    { length: 7 },
    (_, index) =>
      `<rect x="${8 + index * 34}" y="6" width="26" height="18" rx="4" fill="${ink(draw)}"/>`,
  );
  return [`<rect width="400" height="30" fill="#d0d7de"/>`, ...buttons];
}

function tableOfCells(draw: Draw): string[] {
  return Array.from({ length: 11 }, (_, row) =>
    Array.from(
      { length: 5 },
      (_, column) =>
        `<rect x="${column * 80}" y="${32 + row * 24}" width="80" height="24" fill="${row === 0 ? "#eaeef2" : "white"}" stroke="#d0d7de"/><text x="${column * 80 + 5}" y="${48 + row * 24}" font-size="10">${(1000 * draw()).toFixed(2)}</text>`,
    ).join(""),
  );
}

function paragraphs(draw: Draw): string[] {
  const size = 9 + 5 * draw();
  return Array.from({ length: Math.floor(250 / (size * 1.5)) }, (_, line) => {
    const start = Math.floor(draw() * 12);
    const words = LOREM.slice(start, start + Math.floor(60 / size) + 4).join(" ");
    return `<text x="30" y="${35 + line * size * 1.5}" font-family="serif" font-size="${size}">${words}</text>`;
  });
}

function sun(draw: Draw): string {
  return `<circle cx="${60 + 280 * draw()}" cy="50" r="${20 + 15 * draw()}" fill="#f4d03f" stroke="black"/>`;
}

function house(draw: Draw): string {
  const left = 40 + 180 * draw();
  return `<rect x="${left}" y="160" width="110" height="100" fill="${ink(draw)}" stroke="black" stroke-width="3"/><path d="M${left - 10},160 l65,-60 l65,60 z" fill="#922b21" stroke="black" stroke-width="3"/><rect x="${left + 40}" y="205" width="28" height="55" fill="white" stroke="black"/>`;
}

function tree(draw: Draw): string {
  const left = 20 + 350 * draw();
  return `<rect x="${left}" y="200" width="12" height="60" fill="#6e2c00"/><circle cx="${left + 6}" cy="185" r="${22 + 12 * draw()}" fill="#58d68d" stroke="black"/>`;
}

function person(draw: Draw): string {
  const at = 30 + 340 * draw();
  return `<g stroke="black" stroke-width="3" fill="none"><circle cx="${at}" cy="200" r="10"/><path d="M${at},210 v30 l-12,24 m12,-24 l12,24 m-26,-40 h28"/></g>`;
}
