import { crc32 } from "node:zlib";
import fc from "fast-check";

/** A way to damage a file; most leave its format recognisable. */
type Damage = (file: Uint8Array) => Uint8Array;

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const byte = fc.nat({ max: 255 });

const at = (file: Uint8Array, where: number) => Math.floor(where * file.length);
const joined = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

const replaceByte = fc.tuple(place, byte).map(
  ([where, value]): Damage =>
    (file) =>
      file.length === 0 ? file : file.with(at(file, where), value),
);

const flipBit = fc.tuple(place, fc.nat({ max: 7 })).map(
  ([where, bit]): Damage =>
    (file) =>
      file.map((value, i) => (i === at(file, where) ? value ^ (1 << bit) : value)),
);

/** Headers are short, and damage there has the largest effect. */
const replaceEarlyByte = fc.tuple(fc.nat({ max: 63 }), byte).map(
  ([where, value]): Damage =>
    (file) =>
      file.length === 0 ? file : file.with(where % file.length, value),
);

const truncate = place.map(
  (where): Damage =>
    (file) =>
      file.subarray(0, at(file, where)),
);

const remove = fc.tuple(place, fc.nat({ max: 40 })).map(
  ([where, length]): Damage =>
    (file) =>
      joined(file.subarray(0, at(file, where)), file.subarray(at(file, where) + length)),
);

const insert = fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 40 })).map(
  ([where, more]): Damage =>
    (file) =>
      joined(file.subarray(0, at(file, where)), more, file.subarray(at(file, where))),
);

const append = fc.uint8Array({ minLength: 1, maxLength: 200 }).map(
  (more): Damage =>
    (file) =>
      joined(file, more),
);

/** Values at which code that reads sizes and lengths often fails. */
const number = fc.oneof(
  fc.constantFrom(0, 1, 2, 0x7f, 0xff, 0x100, 0x3fff, 0x4000, 0xffff, 0x10000, 0xffffff),
  fc.constantFrom(0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff),
  fc.nat({ max: 5000 }),
);

/** Changes a size or another number in a header. */
const changeNumber = fc.tuple(fc.nat({ max: 9 }), number, fc.boolean()).map(
  ([which, value, little]): Damage =>
    (file) => {
      const fields = sizeFields(file);
      const field = fields[which % Math.max(1, fields.length)];
      if (field === undefined) return file;
      const copy = Buffer.from(file);
      const wanted = value % 256 ** field.length;
      const isLittle = field.little !== little; // Mostly in the field's byte order.
      if (isLittle) copy.writeUIntLE(wanted, field.at, field.length);
      else copy.writeUIntBE(wanted, field.at, field.length);
      return new Uint8Array(copy);
    },
);

/** Swaps, repeats or drops parts of the file. */
const rearrange = fc
  .tuple(fc.constantFrom("swap", "repeat", "drop"), fc.nat({ max: 30 }), fc.nat({ max: 30 }))
  .map(([how, one, other]): Damage => {
    return (file) => {
      const parts = partsOf(file);
      const [a, b] = [one % parts.length, other % parts.length];
      const [first, second] = [parts[a], parts[b]];
      if (first === undefined || second === undefined) return file;
      if (how === "swap") return joined(...parts.with(a, second).with(b, first));
      if (how === "drop") return joined(...parts.toSpliced(a, 1));
      return joined(...parts.toSpliced(b, 0, first));
    };
  });

/** Inserts a piece of another file. */
const splice = (others: readonly Uint8Array[]) =>
  fc.tuple(fc.nat(), place, place, place).map(
    ([which, where, from, until]): Damage =>
      (file) => {
        const other = others[which % others.length] ?? file;
        const [start, end] = [Math.min(from, until), Math.max(from, until)];
        const piece = other.subarray(at(other, start), at(other, end));
        return joined(file.subarray(0, at(file, where)), piece, file.subarray(at(file, where)));
      },
  );

/**
 * Returns ways to damage a file, several at a time.
 *
 * @param others - files to take pieces from.
 */
export function damages(others: readonly Uint8Array[]): fc.Arbitrary<Damage> {
  const one = fc.oneof(
    replaceByte,
    flipBit,
    replaceEarlyByte,
    truncate,
    remove,
    insert,
    append,
    changeNumber,
    rearrange,
    splice(others),
  );
  const several = fc.array(one, { minLength: 1, maxLength: 4 });
  return fc.tuple(several, fc.boolean()).map(([all, fixesChecksums]): Damage => {
    return (file) => {
      const damaged = all.reduce((bytes, hurt) => hurt(bytes), file);
      return fixesChecksums ? withChecksums(damaged) : damaged;
    };
  });
}

interface Field {
  readonly at: number;
  readonly length: 2 | 3 | 4;
  readonly little: boolean;
}

/** Finds the numbers in a file that declare sizes. */
function sizeFields(file: Uint8Array): Field[] {
  const text = Buffer.from(file).toString("latin1");
  const field = (name: string, offset: number, length: Field["length"], little: boolean) => {
    const found = text.indexOf(name);
    const start = found + offset;
    return found === -1 || start + length > file.length ? [] : [{ at: start, length, little }];
  };
  return [
    ...field("IHDR", 4, 4, false),
    ...field("IHDR", 8, 4, false),
    ...["\xff\xc0", "\xff\xc2"].flatMap((frame) => [
      ...field(frame, 5, 2, false),
      ...field(frame, 7, 2, false),
      ...field(frame, 10, 3, false),
    ]),
    ...["GIF89a", "\0\x2c"].flatMap((start) => [
      ...field(start, 6, 2, true),
      ...field(start, 8, 2, true),
    ]),
    ...["VP8X", "ANMF"].flatMap((chunk) => [
      ...field(chunk, 8, 3, true),
      ...field(chunk, 12, 3, true),
      ...field(chunk, 15, 3, true),
    ]),
    ...field("VP8 ", 14, 2, true),
    ...field("VP8L", 9, 4, true),
    ...field("ispe", 8, 4, false),
    ...field("ispe", 12, 4, false),
    ...field("iloc", 8, 4, false),
  ];
}

/** Splits a file into the parts of its format: chunks, boxes or segments. */
function partsOf(file: Uint8Array): Uint8Array[] {
  const bytes = Buffer.from(file);
  const borders = [0];
  if (bytes.subarray(1, 4).equals(Buffer.from("PNG"))) {
    for (let i = 8; i + 12 <= bytes.length; i += 12 + bytes.readUInt32BE(i)) borders.push(i);
  } else if (bytes.subarray(0, 4).equals(Buffer.from("RIFF"))) {
    for (let i = 12; i + 8 <= bytes.length; ) {
      borders.push(i);
      const length = bytes.readUInt32LE(i + 4);
      i += 8 + length + (length % 2);
    }
  } else if (bytes.subarray(4, 8).equals(Buffer.from("ftyp"))) {
    for (let i = 0; i + 8 <= bytes.length; i += Math.max(8, bytes.readUInt32BE(i))) borders.push(i);
  } else {
    const marker = bytes[0] === 0xff ? 0xff : 0x21;
    for (let i = bytes.indexOf(marker); i !== -1; i = bytes.indexOf(marker, i + 1)) borders.push(i);
  }
  return borders.map((start, i) => file.subarray(start, borders[i + 1] ?? file.length));
}

/** Corrects a PNG's checksums, so that the decoder does not refuse the file for them. */
function withChecksums(file: Uint8Array): Uint8Array {
  const bytes = Buffer.from(file);
  if (!bytes.subarray(1, 4).equals(Buffer.from("PNG"))) return file;
  for (let i = 8; i + 12 <= bytes.length; ) {
    const end = i + 8 + bytes.readUInt32BE(i);
    if (end + 4 > bytes.length) break;
    bytes.writeUInt32BE(crc32(bytes.subarray(i + 4, end)), end);
    i = end + 4;
  }
  return new Uint8Array(bytes);
}
