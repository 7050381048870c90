import { afterAll, beforeAll, expect, test } from "vitest";
import { type HostileOrigin, startHostileOrigin } from "../support/hostile-origin.ts";
import { captionOf, type Service, startService } from "../support/service.ts";

let origin: HostileOrigin;
let service: Service;

beforeAll(async () => {
  origin = await startHostileOrigin();
  const variables = { FETCH_MS: "6000", MAX_JOBS: "2", MAX_WAITING: "4", MAX_WAIT_MS: "2500" };
  service = await startService({ internet: origin.port, variables });
  await captionOf(service, "http://pictures.example/cat.jpg");
}, 180_000);

afterAll(async () => {
  await service?.stop();
  await origin?.close();
});

const cat = () => captionOf(service, "http://pictures.example/cat.jpg");

test("slow servers take all places, later requests are told when to retry, and then succeed", async () => {
  const slow = ["a", "b"].map((name) => captionOf(service, `http://${name}.example/drips`));
  await expect.poll(() => origin.requests.filter((path) => path.endsWith("/drips")).length).toBe(2);
  for (const { status, body, headers } of await Promise.all([cat(), cat(), cat()])) {
    expect([status, body.code]).toEqual([503, "overloaded"]);
    expect(Number(headers.get("Retry-After"))).toBeGreaterThan(0);
  }
  for (const { status } of await Promise.all(slow)) expect(status).toBe(504);
  expect((await cat()).status).toBe(200);
});

test("more good requests than places are all served, one after the other", async () => {
  const answers = await Promise.all(Array.from({ length: 6 }, cat));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
});
