/**
 * `GET /caption?url=` and `POST /caption`: a picture in, a sentence out.
 *
 * @module
 */

import type { Context } from "hono";
import { optionsQuerySchema, urlQuerySchema } from "../../core/api/caption-options.ts";
import { countPictures } from "../access/rate-limit.ts";
import { answerFor } from "../answers/index.ts";
import type { Environment } from "../environment.ts";
import { readQuery } from "../query.ts";
import { captionImage } from "./caption-image.ts";
import { requestOf, withPlace } from "./job.ts";
import { readOptions } from "./options.ts";
import { readPicture, readUrl } from "./read-picture.ts";
import { answerOf, respond, respondKept } from "./respond.ts";

/** `GET /caption?url=`: captions a picture that is somewhere on the internet. */
export async function captionByUrl(c: Context<Environment>): Promise<Response> {
  const query = readQuery(c, urlQuerySchema);
  const options = readOptions(query);
  await countPictures(c, 1);
  return respondKept(c, await answerFor(query.url, options, requestOf(c)), query);
}

/** `POST /caption`: captions the picture in the request's body, or the one that it names. */
export async function captionByUpload(c: Context<Environment>): Promise<Response> {
  const query = readQuery(c, optionsQuerySchema);
  const options = readOptions(query);
  await countPictures(c, 1);
  const request = requestOf(c);
  const url = await readUrl(c.req.raw, c.var.settings);
  if (url !== undefined) return respond(c, answerOf(await answerFor(url, options, request)), query);
  c.var.record.cache = "fwd=method";
  const answer = await withPlace(request, async (job) =>
    captionImage(await readPicture(c.req.raw, job), options, job),
  );
  return respond(c, answer, query);
}
