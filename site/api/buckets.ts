import { type RouteConfig, z } from "@hono/zod-openapi";
import { lookAtBucketSchema, seenBucketSchema } from "../../core/api/site.ts";
import { bucketNames, findBucket } from "../buckets/bindings.ts";
import { isImage } from "../buckets/is-image.ts";
import { keyedObject } from "../buckets/keyed-object.ts";
import { objectOf } from "../buckets/object-url.ts";
import { wake } from "../queue/index.ts";
import { addObjects, countNewObjects, readImage } from "../store/index.ts";
import { imageKeySchema, jsonAnswer, jsonBody, NO_STORE } from "./describe.ts";
import type { OwnerContext } from "./environment.ts";
import { createOwnerRouter, createRoute, SiteProblem, siteProblemResponses } from "./problem.ts";

const lookAt = createRoute({
  method: "post",
  path: "/buckets",
  operationId: "lookAtBucket",
  summary: "Queue the images of a bucket",
  description:
    "Lists a part of the bucket, at most 1,000 objects. Images that are known stay as they are, unless their objects have been replaced.",
  request: jsonBody(lookAtBucketSchema),
  responses: jsonAnswer("What there is, and how much of it is new.", seenBucketSchema, [
    "invalid_json",
    "not_found",
  ]),
});

/** Without the literal type: OpenAPIHono would not accept a stream for a type that is not JSON. */
const pictureResponses: RouteConfig["responses"] = {
  200: {
    description: "The object's bytes.",
    content: { "image/*": { schema: z.string().meta({ contentMediaType: "image/*" }) } },
  },
  ...siteProblemResponses(["invalid_parameter", "not_found"]),
};

const picture = createRoute({
  method: "get",
  path: "/images/{key}/picture",
  operationId: "picture",
  summary: "The picture of an image in a bucket",
  request: { params: imageKeySchema },
  responses: pictureResponses,
});

/** `POST /buckets` and `GET /images/{key}/picture`. */
export const bucketsRoutes = createOwnerRouter()
  .openapi(lookAt, async (c) => {
    const { bucket, prefix, cursor, dryRun } = c.req.valid("json");
    const { settings } = c.var;
    const listed = await readBucket(c, bucket).list({
      // D1 binds at most 2 MB, and a key has up to 1,024 bytes.
      ...{ prefix, limit: 500, include: ["httpMetadata"] },
      ...(cursor === undefined ? {} : { cursor }),
    });
    const images = await Promise.all(
      listed.objects.filter(isImage).map((object) => keyedObject(bucket, object, settings)),
    );
    const added = dryRun ? await countNewObjects(c.env.DB, images) : await add(c, images);
    const answer = { objects: listed.objects.length, images: images.length, added };
    return c.json(listed.truncated ? { ...answer, cursor: listed.cursor } : answer, 200, NO_STORE);
  })
  .openapi(picture, async (c) => {
    const row = await readImage(c.env.DB, c.req.valid("param").key);
    const object = row && objectOf(row.url, c.var.settings.PUBLIC_URLS);
    const stored = object && (await findBucket(c.env, object.bucket)?.get(object.key));
    if (!stored) throw new SiteProblem("not_found", "No bucket has the picture of this image.");
    return c.body(stored.body, 200, {
      // Whatever else was uploaded must not act in the name of the site.
      "Content-Type": isImage(stored) ? typeOf(stored) : "application/octet-stream",
      "Content-Length": String(stored.size),
      "Cache-Control": "private, no-cache",
    });
  });

function readBucket(c: OwnerContext, name: string): R2Bucket {
  const bucket = findBucket(c.env, name);
  if (bucket) return bucket;
  const names = bucketNames(c.env).join(", ") || "none";
  const text = `The Worker is bound to no bucket "${name}", but to: ${names}.`;
  throw new SiteProblem("not_found", text);
}

async function add(c: OwnerContext, images: Parameters<typeof addObjects>[1]): Promise<number> {
  const added = await addObjects(c.env.DB, images, Date.now());
  await wake(c.env, c.var.settings, added);
  return added.length;
}

/** Returns the declared type; browsers recognise an image without one. */
function typeOf({ httpMetadata }: R2Object): string {
  const type = httpMetadata?.contentType ?? "";
  return type.startsWith("image/") ? type : "image/*";
}
