import { describe, expect, test, vi } from "vitest";
import { Admission } from "../../../worker/isolate/admission.ts";

const limits = {
  MAX_JOBS: 2,
  MAX_WAITING: 2,
  MAX_WAIT_MS: 50,
  MAX_HELD_BYTES: 100,
  MAX_DECODE_BYTES: 100,
};
const patient = new AbortController().signal;
const overloaded = expect.objectContaining({
  code: "overloaded",
  headers: { "Retry-After": expect.any(String) },
});

describe("admission", () => {
  test("queues later jobs, and serves them in order", async () => {
    const admission = new Admission(limits);
    const first = await admission.enter(patient);
    await admission.enter(patient);
    const order: string[] = [];
    const third = admission.enter(patient).then((place) => {
      order.push("third");
      return place;
    });
    const fourth = admission.enter(patient).then(() => order.push("fourth"));
    first.leave();
    first.leave(); // Twice is once.
    (await third).leave();
    await fourth;
    expect(order).toEqual(["third", "fourth"]);
  });

  test("refuses a job when the queue is full, and one that has waited too long", async () => {
    const admission = new Admission(limits);
    await admission.enter(patient);
    await admission.enter(patient);
    const waiting = [admission.enter(patient), admission.enter(patient)];
    await expect(admission.enter(patient)).rejects.toEqual(overloaded);
    for (const entry of waiting) await expect(entry).rejects.toEqual(overloaded);
    // Requests that gave up have left the queue.
    const again = admission.enter(patient);
    await expect(again).rejects.toEqual(overloaded);
  });

  test("drops a client from the queue when it disconnects", async () => {
    const admission = new Admission({ ...limits, MAX_WAIT_MS: 10_000 });
    const first = await admission.enter(patient);
    await admission.enter(patient);
    const leaving = new AbortController();
    const gone = admission.enter(leaving.signal);
    const staying = admission.enter(patient);
    leaving.abort(new Error("gone"));
    await expect(gone).rejects.toThrow("gone");
    first.leave();
    await staying;
  });

  test("lets the oldest large image finish while younger ones wait", async () => {
    const admission = new Admission({ ...limits, MAX_JOBS: 3, MAX_WAIT_MS: 10_000 });
    await admission.enter(patient); // A server that is silent holds nothing.
    const [older, younger] = [await admission.enter(patient), await admission.enter(patient)];
    await younger.hold(60);
    await older.hold(60);
    let went = false;
    const waiting = younger.hold(1).then(() => (went = true));
    await older.hold(1000);
    expect(went).toBe(false);
    older.release();
    await waiting;
  });

  test("refuses a job that has waited too long for memory, or was aborted", async () => {
    const admission = new Admission({ ...limits, MAX_JOBS: 3 });
    const leaving = new AbortController();
    const large = await admission.enter(patient);
    await large.hold(1000);
    const [small, gone] = [await admission.enter(patient), await admission.enter(leaving.signal)];
    const refused = gone.hold(1);
    leaving.abort(new Error("gone"));
    await expect(refused).rejects.toThrow("gone");
    await expect(small.hold(1)).rejects.toEqual(overloaded);
    large.leave();
    await small.hold(1);
  });

  test("lets a job decode when there is room, or when no other job decodes", async () => {
    const admission = new Admission({ ...limits, MAX_JOBS: 4, MAX_WAIT_MS: 10_000 });
    const enter = () => admission.enter(patient);
    const [huge, small, other, last] = [await enter(), await enter(), await enter(), await enter()];
    await huge.holdDecoding(1000);
    const order: string[] = [];
    const decode = (place: typeof huge, name: string, bytes: number) =>
      place.holdDecoding(bytes).then(() => order.push(name));
    const waiting = [
      decode(small, "small", 60),
      decode(other, "other", 40),
      decode(last, "last", 1),
    ];
    await Promise.resolve();
    expect(order).toEqual([]);
    huge.release();
    await Promise.all(waiting.slice(0, 2));
    expect(order).toEqual(["small", "other"]);
    small.leave();
    await Promise.all(waiting);
  });

  test("refuses a job that has waited too long to decode, or was aborted", async () => {
    const admission = new Admission(limits);
    const leaving = new AbortController();
    const [first, second] = [await admission.enter(patient), await admission.enter(leaving.signal)];
    await first.holdDecoding(100);
    await expect(second.holdDecoding(1)).rejects.toEqual(overloaded);
    const refused = second.holdDecoding(1);
    leaving.abort(new Error("gone"));
    await expect(refused).rejects.toThrow("gone");
  });

  test("counts no memory for an image that has become a tensor", async () => {
    const admission = new Admission(limits);
    const [first, second] = [await admission.enter(patient), await admission.enter(patient)];
    await first.hold(100);
    await first.holdDecoding(100);
    first.release();
    await second.hold(100);
    await second.holdDecoding(100);
  });

  test("forgets jobs that never ended", async () => {
    vi.useFakeTimers();
    try {
      const admission = new Admission(limits);
      await admission.enter(patient);
      await admission.enter(patient);
      vi.setSystemTime(Date.now() + 3_600_000);
      await admission.enter(patient);
    } finally {
      vi.useRealTimers();
    }
  });
});
