import { z } from "zod";

/** Whether a service caches its answers. */
const CACHE_STATES = ["on", "off", "none-on-workers.dev"] as const;

/** The answer of `/health`. */
export const healthSchema = z
  .object({
    status: z.literal("ok"),
    version: z.string().meta({ description: "The version of the package that serves." }),
    model: z.enum(["loaded", "not loaded yet"]).meta({
      description: "Whether this isolate has loaded the model.",
    }),
    modelVersion: z.string().optional().meta({
      description: "The version of the model; absent if its manifest cannot be read.",
    }),
    cache: z.enum(CACHE_STATES).meta({
      description:
        "Whether answers are cached; not on workers.dev, where Cloudflare does not promise a cache.",
    }),
  })
  .meta({ id: "HealthAnswer" });

/** A parsed {@link healthSchema}. */
export type HealthAnswer = z.infer<typeof healthSchema>;
