import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseTarget } from "../../../worker/fetch-image/target.ts";
import { parseSettings } from "../../../worker/settings/index.ts";

const open = parseSettings({});

function isRefused(host: string): boolean {
  try {
    parseTarget(`http://${host}/`, open);
    return false;
  } catch (error) {
    expect(error).toMatchObject({ code: "private_address" });
    return true;
  }
}

/** IANA's registry of IPv4 addresses for special purposes, and multicast: first address, prefix. */
const special4: readonly (readonly [first: string, prefix: number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

/** In that registry, but public, or used inside a cloud: either verdict is right. */
const neither4 = [
  ["192.31.196.0", 24],
  ["192.52.193.0", 24],
  ["192.175.48.0", 24],
  ["168.63.129.16", 32],
] as const;

const toNumber = (text: string) =>
  text.split(".").reduce((number, byte) => number * 256 + Number(byte), 0);

function isWithin(address: number, ranges: readonly (readonly [string, number])[]): boolean {
  return ranges.some(([first, prefix]) => {
    const size = 2 ** (32 - prefix);
    return Math.floor(address / size) === Math.floor(toNumber(first) / size);
  });
}

/** Every way to write an address that the URL standard reads: 1 to 4 parts, each in its own base. */
const spelling4 = fc.record({
  parts: fc.integer({ min: 1, max: 4 }),
  bases: fc.array(fc.constantFrom("decimal", "octal", "hex", "HEX"), {
    minLength: 4,
    maxLength: 4,
  }),
  zeros: fc.integer({ min: 0, max: 3 }),
  dot: fc.constantFrom("", "."),
});

type Spelling4 = typeof spelling4 extends fc.Arbitrary<infer T> ? T : never;

function write4(address: number, { parts, bases, zeros, dot }: Spelling4): string {
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256);
  const last = bytes.slice(parts - 1).reduce((number, byte) => number * 256 + byte, 0);
  const numbers = [...bytes.slice(0, parts - 1), last];
  const written = numbers.map((number, index) => {
    const base = bases[index];
    if (base === "octal") return `0${"0".repeat(zeros)}${number.toString(8)}`;
    if (base === "hex") return `0x${"0".repeat(zeros)}${number.toString(16)}`;
    return base === "HEX" ? `0X${number.toString(16).toUpperCase()}` : String(number);
  });
  return written.join(".") + dot;
}

const in4 = ([first, prefix]: readonly [string, number]) =>
  fc.nat(2 ** (32 - prefix) - 1).map((offset) => toNumber(first) + offset);

const runs = { numRuns: 3000 };

describe("an IPv4 address, however it is written", () => {
  test("is refused if it is in a special-purpose range", () => {
    const any = fc.constantFrom(...special4).chain(in4);
    fc.assert(
      fc.property(any, spelling4, (address, spelling) => isRefused(write4(address, spelling))),
      runs,
    );
  });

  test("is allowed if it is not", () => {
    const any = fc
      .nat(2 ** 32 - 1)
      .filter((address) => !isWithin(address, special4) && !isWithin(address, neither4));
    fc.assert(
      fc.property(any, spelling4, (address, spelling) => !isRefused(write4(address, spelling))),
      runs,
    );
  });
});

/** Prefixes of IPv6 of which nothing may be fetched: leading groups, and how many of their bits. */
const special6 = [
  ["0", 16],
  ["64:ff9b", 32],
  ["100", 16],
  ["2001:0", 32],
  ["2001:2:0", 48],
  ["2001:db8", 32],
  ["2002", 16],
  ["3fff:0", 20],
  ["4000", 3],
  ["5f00", 16],
  ["8000", 1],
  ["fc00", 7],
  ["fe80", 10],
  ["fec0", 10],
  ["ff00", 8],
] as const;

/** Prefixes that are assigned to networks. */
const public6 = [
  ["2003", 16],
  ["2400:cb00", 32],
  ["2606:4700", 32],
  ["2a00:1450", 32],
] as const;

const in6 = ([groups, bits]: readonly [string, number]) =>
  fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 }).map((random) => {
    const fixed = groups.split(":").map((group) => Number.parseInt(group, 16));
    return random.map((group, index) => {
      const own = Math.min(16, Math.max(0, bits - index * 16));
      const mask = (0xffff << (16 - own)) & 0xffff;
      return ((fixed[index] ?? 0) & mask) | (group & ~mask & 0xffff);
    });
  });

const spelling6 = fc.constantFrom("plain", "padded", "capitals", "dotted");

function write6(groups: readonly number[], spelling: string): string {
  const hex = groups.map((group) => group.toString(16));
  if (spelling === "padded") return `[${hex.map((group) => group.padStart(4, "0")).join(":")}]`;
  if (spelling === "capitals") return `[${hex.join(":").toUpperCase()}]`;
  if (spelling === "plain") return `[${hex.join(":")}]`;
  const bytes = groups.slice(6).flatMap((group) => [group >> 8, group & 255]);
  return `[${hex.slice(0, 6).join(":")}:${bytes.join(".")}]`;
}

describe("an IPv6 address, however it is written", () => {
  test("is refused if it is not allocated, or embeds an IPv4 address", () => {
    const any = fc.constantFrom(...special6).chain(in6);
    fc.assert(
      fc.property(any, spelling6, (groups, spelling) => isRefused(write6(groups, spelling))),
      runs,
    );
  });

  test("is allowed if it is allocated", () => {
    const any = fc.constantFrom(...public6).chain(in6);
    fc.assert(
      fc.property(any, spelling6, (groups, spelling) => !isRefused(write6(groups, spelling))),
      runs,
    );
  });
});
