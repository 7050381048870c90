import { CaptionError } from "../../client/index.ts";
import { siteConfidenceSchema, siteStatusSchema } from "../../core/api/site.ts";
import { leastConfidence } from "../queue/index.ts";
import { statusCounts } from "../store/index.ts";
import type { OwnerContext } from "./environment.ts";
import { createOwnerRouter, createRoute, siteProblemResponses } from "./problem.ts";

const status = createRoute({
  method: "get",
  path: "/status",
  operationId: "siteStatus",
  summary: "How many images there are in each state, and how fast they are captioned",
  responses: {
    200: {
      description: "Counts, rate and time left.",
      content: { "application/json": { schema: siteStatusSchema } },
    },
    ...siteProblemResponses(),
  },
});

const confidence = createRoute({
  method: "get",
  path: "/confidence",
  operationId: "siteConfidence",
  summary: "How a threshold of confidence divides the captions",
  responses: {
    200: {
      description: "The threshold in use, and the captions by confidence.",
      content: { "application/json": { schema: siteConfidenceSchema } },
    },
    ...siteProblemResponses(),
  },
});

/** The width of a bin, as the number of bins from 0 to 1. */
const BINS = 20;

interface BinRow {
  readonly bin: number;
  readonly images: number;
  readonly meanConfidence: number;
}

/** `GET /status` and `GET /confidence`. */
export const statusRoutes = createOwnerRouter()
  .openapi(status, async (c) => {
    const { states, perMinute } = await statusCounts(c.env.DB, Date.now());
    const waiting = states.queued + states.leased;
    const minutesLeft = waiting === 0 ? 0 : perMinute > 0 ? waiting / perMinute : null;
    return c.json({ states, perMinute, minutesLeft }, 200, { "Cache-Control": "no-store" });
  })
  .openapi(confidence, async (c) => {
    const [{ results }, minConfidence] = await Promise.all([
      c.env.DB.prepare(
        `SELECT MIN(CAST(confidence * ${BINS} AS INTEGER), ${BINS - 1}) AS bin, COUNT(*) AS images,
           AVG(confidence) AS meanConfidence
         FROM images WHERE confidence IS NOT NULL GROUP BY bin ORDER BY bin`,
      ).all<BinRow>(),
      minConfidenceOf(c),
    ]);
    const bins = results.map(({ bin, images, meanConfidence }) => ({
      from: bin / BINS,
      images,
      meanConfidence,
    }));
    return c.json({ minConfidence, bins }, 200, { "Cache-Control": "no-store" });
  });

/** Returns the least confidence of what is filled in; null while the captioner cannot be asked. */
async function minConfidenceOf(c: OwnerContext): Promise<number | null> {
  try {
    return (await leastConfidence(c.env, c.var.settings, Date.now())) ?? null;
  } catch (error) {
    if (error instanceof CaptionError) return null;
    throw error;
  }
}
