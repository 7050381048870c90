import { beforeAll, expect, test, vi } from "vitest";
import type { HostileOrigin } from "../../bench/soak/hostile-origin.ts";
import { captionOf, type Service } from "../support/service.ts";
import { sharedFolder } from "../support/temporary-folder.ts";
import { writeToyBundle } from "../support/toy-bundle.ts";
import { startWorld } from "../support/world.ts";

// A busy machine may take a minute for the first caption, which loads the model.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const folder = sharedFolder();
let origin: HostileOrigin;
let service: Service;

beforeAll(async () => {
  const variables = {
    FIRST_BYTE_MS: "6000",
    MAX_JOBS: "2",
    MAX_WAITING: "4",
    MAX_WAIT_MS: "60000",
  };
  await writeToyBundle(folder);
  const world = await startWorld({ variables, bundle: folder });
  ({ origin, service } = world);
  await captionOf(service, "http://pictures.example/cat.jpg");
  return world.stop;
});

test("while slow servers occupy all slots, four requests queue and the next gets a Retry-After", async () => {
  const slow = ["a", "b"].map((name) => captionOf(service, `http://${name}.example/silent`));
  const silent = () => origin.requests.filter((path) => path.endsWith("/silent"));
  await expect.poll(() => silent().length, { timeout: 20_000 }).toBe(2);

  const cats = Array.from({ length: 5 }, (_, index) =>
    captionOf(service, `http://pictures.example/cat.jpg?${index}`),
  );
  const refused = await Promise.race(cats);
  expect([refused.status, refused.body.code]).toEqual([503, "overloaded"]);
  expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(0);

  for (const { status } of await Promise.all(slow)) expect(status).toBe(504);
  const statuses = (await Promise.all(cats)).map(({ status }) => status);
  expect(statuses.sort()).toEqual([200, 200, 200, 200, 503]);
  expect((await captionOf(service, "http://pictures.example/cat.jpg")).status).toBe(200);
});
