import { describe, expect, test, vi } from "vitest";
import { SharedWork } from "../../../worker/isolate/shared-work.ts";

class OwnFault extends Error {}

const kept: Promise<unknown>[] = [];
const party = (signal = new AbortController().signal) => ({
  signal,
  keepAlive: (promise: Promise<unknown>) => void kept.push(promise),
});

function sharedWork() {
  const shared = new SharedWork<number>((error) => error instanceof OwnFault);
  /** What was begun, to be ended by the test. */
  const begun: (PromiseWithResolvers<number> & { signal: AbortSignal })[] = [];
  const after = vi.fn(async () => undefined);
  const work = {
    after,
    run(signal: AbortSignal) {
      const one = { ...Promise.withResolvers<number>(), signal };
      begun.push(one);
      return one.promise;
    },
  };
  const ask = (one = party(), key = "key") => shared.do(key, one, work);
  return { ask, begun, after };
}

describe("work that several requests want at once", () => {
  test("is done once, and again after it has ended", async () => {
    const { ask, begun, after } = sharedWork();
    const both = [ask(), ask()];
    const other = ask(party(), "other key");
    expect(begun).toHaveLength(2);
    begun[0]?.resolve(7);
    begun[1]?.resolve(8);
    expect(await Promise.all(both)).toEqual([
      { result: 7, joined: false },
      { result: 7, joined: true },
    ]);
    expect((await other).result).toBe(8);
    await Promise.all(kept);
    expect(after.mock.calls).toEqual([[7], [8]]);
    void ask();
    expect(begun).toHaveLength(3);
  });

  test("hands its result out while that is still being stored", async () => {
    const { ask, begun, after } = sharedWork();
    const keeping = Promise.withResolvers<undefined>();
    after.mockReturnValue(keeping.promise);
    const first = ask();
    begun[0]?.resolve(7);
    await first;
    expect(await ask()).toEqual({ result: 7, joined: true });
    keeping.resolve(undefined);
  });

  test("fails for all waiters", async () => {
    const { ask, begun } = sharedWork();
    const both = [ask(), ask()];
    begun[0]?.reject(new Error("broken"));
    for (const one of both) await expect(one).rejects.toThrow("broken");
    expect(begun).toHaveLength(1);
  });

  test("is retried by a waiter if it failed for the leader's own reason", async () => {
    const { ask, begun } = sharedWork();
    const [first, second, third] = [ask(), ask(), ask()];
    begun[0]?.reject(new OwnFault());
    await expect(first).rejects.toThrow(OwnFault);
    await expect.poll(() => begun.length).toBe(2);
    begun[1]?.resolve(7);
    expect(await second).toEqual({ result: 7, joined: false });
    expect(await third).toEqual({ result: 7, joined: true });
  });
});

describe("a waiter that disconnects", () => {
  test("does not end work that others wait for", async () => {
    const { ask, begun } = sharedWork();
    const leaving = new AbortController();
    const [first, second] = [ask(party(leaving.signal)), ask()];
    leaving.abort();
    await expect(first).rejects.toMatchObject({ code: "client_gone" });
    expect(begun[0]?.signal.aborted).toBe(false);
    begun[0]?.resolve(7);
    expect((await second).result).toBe(7);
  });

  test("ends the work if it was the last, and a later request starts anew", async () => {
    const { ask, begun } = sharedWork();
    const leaving = new AbortController();
    const both = [ask(party(leaving.signal)), ask(party(leaving.signal))];
    leaving.abort();
    for (const one of both) await expect(one).rejects.toMatchObject({ code: "client_gone" });
    const next = ask();
    expect(begun).toHaveLength(2);
    await expect.poll(() => begun[0]?.signal.aborted).toBe(true);
    begun[0]?.reject(new Error("ended"));
    begun[1]?.resolve(8);
    expect((await next).result).toBe(8);
  });

  test("before the work starts gets client_gone", async () => {
    const { ask } = sharedWork();
    await expect(ask(party(AbortSignal.abort()))).rejects.toMatchObject({ code: "client_gone" });
  });
});
