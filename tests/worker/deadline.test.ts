import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Deadline } from "../../worker/http/deadline.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const late = new Error("late");
const never = new Promise(() => undefined);

/** What a promise comes to by now: its value, its error, or neither. */
function outcome(promise: Promise<unknown>): Promise<unknown> {
  const pending = new Promise((resolve) =>
    queueMicrotask(() => queueMicrotask(() => resolve("pending"))),
  );
  return Promise.race([promise.catch((error: unknown) => error), pending]);
}

describe("a deadline", () => {
  test("ends waiting when its time is up, and not earlier", async () => {
    const deadline = new Deadline(1000, late);
    const waiting = deadline.race(never);
    waiting.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(999);
    expect(deadline.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await outcome(waiting)).toBe(late);
    expect(deadline.signal.reason).toBe(late);
  });

  test("returns what is waited for if that comes first", async () => {
    expect(await new Deadline(1000, late).race(Promise.resolve(7))).toBe(7);
  });

  test("ends with the outer signal, for its reason", async () => {
    const outer = new AbortController();
    const deadline = new Deadline(1000, late, outer.signal);
    const waiting = deadline.race(never);
    outer.abort("gone");
    await expect(waiting).rejects.toBe("gone");
    await expect(new Deadline(1000, late, outer.signal).race(never)).rejects.toBe("gone");
  });

  test("never ends after it was cleared", async () => {
    const deadline = new Deadline(1000, late);
    deadline.clear();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(deadline.signal.aborted).toBe(false);
  });

  test("is extended by the time that the isolate computed", async () => {
    const deadline = new Deadline(1000, late);
    // The timer is seen 400 ms after it was due: nothing else was either.
    vi.setSystemTime(Date.now() + 400);
    await vi.advanceTimersByTimeAsync(1000);
    expect(deadline.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(400);
    expect(deadline.signal.aborted).toBe(true);
  });
});
