import { createMessageBatch, createScheduledController } from "cloudflare:test";
import { expect, test } from "vitest";
import type { ImageMessage } from "../../site/env.ts";
import site from "../../site/index.ts";
import { addImages, bindings, quietBindings, rowOf } from "../support/site/queue-world.ts";

test("an image whose message the queue gives up has failed", async () => {
  const [key = ""] = await addImages(["https://dead.example/1.jpg"]);
  const message = { id: key, timestamp: new Date(), attempts: 1, body: { key } };
  await site.queue(
    createMessageBatch<ImageMessage>("edge-caption-images-dead", [message]),
    quietBindings(),
  );
  expect(await rowOf(key)).toMatchObject({ state: "failed", problem: "dead_letter" });
});

test("the Cron Trigger's sweep has images captioned by the real queue", async () => {
  const keys = await addImages(["https://cron.example/1.jpg", "https://cron.example/2.jpg"]);
  const env = { ...bindings, OWN_HOSTS: "*.example" };
  await bindings.DB.prepare("INSERT INTO hosts (host, own) VALUES ('cron.example', 1)").run();
  await site.scheduled(createScheduledController(), env);
  await expect
    .poll(async () => (await rowOf(keys[1] ?? "")).state, { timeout: 20_000 })
    .toBe("captioned");
});
