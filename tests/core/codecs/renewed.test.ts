import { expect, test } from "vitest";
import { CodecUnavailableError } from "../../../core/codecs/errors.ts";
import { type CodecInstance, type CodecRoom, renewed } from "../../../core/codecs/renewed.ts";
import type { Pixels } from "../../../core/image/pixels.ts";

const IMAGE: Pixels = { width: 1, height: 1, channels: 3, data: new Uint8Array(3) };
const GOOD = Uint8Array.of(0);
const BAD = Uint8Array.of(1);
const HUGE = Uint8Array.of(2);

test("keeps its instance from image to image", async () => {
  const codecs = new FragileCodecs();
  const decode = decodingWith(codecs.instantiate);
  for (let i = 0; i < 3; i++) {
    expect(await decode(GOOD)).toBe(IMAGE);
  }
  expect(codecs.made).toBe(1);
});

test("replaces an instance that threw", async () => {
  const codecs = new FragileCodecs();
  const decode = decodingWith(codecs.instantiate);
  for (let i = 1; i <= 3; i++) {
    await expect(decode(BAD)).rejects.toBe("broken");
    expect(codecs.made).toBe(i);
    expect(await decode(GOOD)).toBe(IMAGE);
    expect(codecs.made).toBe(i + 1);
  }
});

test("gives each of several waiting calls an instance that has not thrown", async () => {
  const decode = decodingWith(new FragileCodecs().instantiate);
  const results = await Promise.allSettled([BAD, GOOD, BAD, BAD, GOOD].map(decode));
  expect(
    results.map((result) => (result.status === "fulfilled" ? "image" : result.reason)),
  ).toEqual(["broken", "image", "broken", "broken", "image"]);
});

test("drops an instance that has grown", async () => {
  const codecs = new FragileCodecs();
  const decode = decodingWith(codecs.instantiate);
  expect(await decode(HUGE)).toBe(IMAGE);
  expect(await decode(GOOD)).toBe(IMAGE);
  expect(codecs.made).toBe(2);
});

test("drops an instance when another codec is used, but not while it decodes", async () => {
  const room: CodecRoom = {};
  const [one, other] = [new FragileCodecs(), new FragileCodecs()];
  const decode = decodingWith(one.instantiate, room);
  const decodeOther = decodingWith(other.instantiate, room);
  const together = [decode(GOOD), decodeOther(GOOD), decode(GOOD), decodeOther(GOOD)];
  expect(await Promise.all(together)).toEqual([IMAGE, IMAGE, IMAGE, IMAGE]);
  const made = [one.made, other.made];
  await decodeOther(GOOD);
  expect([one.made, other.made]).toEqual(made);
  await decode(GOOD);
  await decodeOther(GOOD);
  expect([one.made, other.made]).toEqual(made.map((count) => count + 1));
});

test("reports a codec that cannot be loaded, and tries again", async () => {
  const codecs = new FragileCodecs();
  const cause = new Error("no such file");
  let missing = true;
  const decode = decodingWith(async () => {
    if (missing) {
      throw cause;
    }
    return codecs.instantiate();
  });
  const refused = await decode(GOOD).catch((error) => error);
  expect(refused).toBeInstanceOf(CodecUnavailableError);
  expect(refused.cause).toBe(cause);
  missing = false;
  expect(await decode(GOOD)).toBe(IMAGE);
});

function decodingWith(instantiate: () => Promise<CodecInstance>, room?: CodecRoom) {
  const useCodec = renewed(instantiate, room);
  return (bytes: Uint8Array) => useCodec(bytes, (pixels) => pixels);
}

/** Makes codecs that stay broken once they have thrown, as those in WebAssembly may. */
class FragileCodecs {
  made = 0;

  readonly instantiate = async (): Promise<CodecInstance> => {
    this.made++;
    let usable = true;
    let memory = 2 ** 20;
    return {
      memoryBytes: () => memory,
      decode(bytes, use) {
        if (!usable) {
          throw "used after it threw";
        }
        if (bytes === BAD) {
          usable = false;
          throw "broken";
        }
        memory = bytes === HUGE ? 2 ** 28 : memory;
        return use(IMAGE);
      },
    };
  };
}
