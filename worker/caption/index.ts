/**
 * `GET /caption?url=` and `POST /caption`: a picture in, a sentence out.
 *
 * @module
 */

import type { Context } from "hono";
import { optionsQuerySchema, urlQuerySchema } from "../../core/interface/caption-options.ts";
import { countPictures } from "../access/rate-limit.ts";
import type { Environment } from "../environment.ts";
import { readQuery } from "../query.ts";
import { captionImage } from "./caption-image.ts";
import { download } from "./download.ts";
import { requestOf, withPlace } from "./job.ts";
import { readOptions } from "./options.ts";
import { readPicture } from "./read-picture.ts";
import { respond } from "./respond.ts";

/** `GET /caption?url=`: captions a picture that is somewhere on the internet. */
export async function captionByUrl(c: Context<Environment>): Promise<Response> {
  const query = readQuery(c, urlQuerySchema);
  const options = readOptions(query);
  await countPictures(c, 1);
  const answer = await withPlace(requestOf(c), async (job) =>
    captionImage(await download(query.url, job), options, job),
  );
  return respond(c, answer, query);
}

/** `POST /caption`: captions the picture in the request's body, or the one that it names. */
export async function captionByUpload(c: Context<Environment>): Promise<Response> {
  const query = readQuery(c, optionsQuerySchema);
  const options = readOptions(query);
  await countPictures(c, 1);
  const answer = await withPlace(requestOf(c), async (job) => {
    const picture = await readPicture(c.req.raw, job);
    const bytes = "url" in picture ? await download(picture.url, job) : picture.bytes;
    return captionImage(bytes, options, job);
  });
  return respond(c, answer, query);
}
