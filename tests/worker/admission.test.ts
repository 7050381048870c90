import { describe, expect, test, vi } from "vitest";
import { Admission } from "../../worker/admission.ts";

const limits = { MAX_JOBS: 2, MAX_WAITING: 2, MAX_WAIT_MS: 50, MAX_HELD_BYTES: 100 };
const patient = new AbortController().signal;
const overloaded = expect.objectContaining({
  code: "overloaded",
  headers: { "Retry-After": expect.any(String) },
});

describe("admission", () => {
  test("lets wait who comes later, and serves them in their order", async () => {
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

  test("refuses whom the queue has no place for, and who has waited long enough", async () => {
    const admission = new Admission(limits);
    await admission.enter(patient);
    await admission.enter(patient);
    const waiting = [admission.enter(patient), admission.enter(patient)];
    await expect(admission.enter(patient)).rejects.toEqual(overloaded);
    for (const entry of waiting) await expect(entry).rejects.toEqual(overloaded);
    // Those who gave up left the queue.
    const again = admission.enter(patient);
    await expect(again).rejects.toEqual(overloaded);
  });

  test("forgets a client that goes away while it waits", async () => {
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

  test("counts the bytes of all, but never refuses the only job", async () => {
    const admission = new Admission(limits);
    const large = await admission.enter(patient);
    large.hold(1000);
    const small = await admission.enter(patient);
    expect(() => small.hold(1)).toThrow(overloaded);
    large.leave();
    small.hold(1);
  });

  test("gives up jobs that never ended", async () => {
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
