/**
 * `GET /caption?url=` and `POST /caption`: a picture in, a sentence out.
 *
 * @module
 */

import type { Context } from "hono";
import type { Environment } from "../environment.ts";
import { readQuery } from "../query.ts";
import { captionImage } from "./caption-image.ts";
import { download } from "./download.ts";
import { jobOf } from "./job.ts";
import { optionsQuerySchema, readOptions, urlQuerySchema } from "./options.ts";
import { readPicture } from "./read-picture.ts";
import { respond } from "./respond.ts";

/** `GET /caption?url=`: captions a picture that is somewhere on the internet. */
export async function captionByUrl(c: Context<Environment>): Promise<Response> {
  const query = readQuery(c, urlQuerySchema);
  const options = readOptions(query);
  const job = jobOf(c);
  const bytes = await download(query.url, job);
  return respond(c, await captionImage(bytes, options, job), query);
}

/** `POST /caption`: captions the picture in the request's body, or the one that it names. */
export async function captionByUpload(c: Context<Environment>): Promise<Response> {
  const query = readQuery(c, optionsQuerySchema);
  const options = readOptions(query);
  const job = jobOf(c);
  const picture = await readPicture(c.req.raw, c.var.settings);
  const bytes = "url" in picture ? await download(picture.url, job) : picture.bytes;
  return respond(c, await captionImage(bytes, options, job), query);
}
