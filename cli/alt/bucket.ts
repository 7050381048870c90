import type { SeenBucketAnswer, SiteClient } from "../../client/index.ts";

/** How many objects are read between two lines of progress: the total is not known. */
const OBJECTS_PER_LINE = 10_000;

/** Has the Worker list a bucket, part by part, and returns the sums. */
export async function lookAtBucket(
  client: SiteClient,
  bucket: string,
  options: { readonly prefix: string; readonly dryRun: boolean },
): Promise<SeenBucketAnswer> {
  const sum = { objects: 0, images: 0, added: 0 };
  let next = OBJECTS_PER_LINE;
  for (let part: SeenBucketAnswer | undefined; part === undefined || part.cursor !== undefined; ) {
    const cursor = part?.cursor === undefined ? {} : { cursor: part.cursor };
    part = await client.lookAtBucket(bucket, { ...options, ...cursor });
    sum.objects += part.objects;
    sum.images += part.images;
    sum.added += part.added;
    if (sum.objects < next) continue;
    next += OBJECTS_PER_LINE;
    process.stderr.write(`${sum.objects} objects listed, ${sum.images} images\n`);
  }
  return sum;
}
