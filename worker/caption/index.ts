/**
 * `GET /caption?url=` and `POST /caption`: a picture in, a sentence out.
 *
 * @module
 */

import type { Context } from "hono";
import type { Environment } from "../environment.ts";
import { fetchImage, parseTarget } from "../fetch-image/index.ts";
import { readQuery } from "../query.ts";
import { captionImage } from "./caption-image.ts";
import { optionsQuerySchema, readOptions, urlQuerySchema } from "./options.ts";
import { readPicture } from "./read-picture.ts";
import { respond } from "./respond.ts";

/** `GET /caption?url=`: captions a picture that is somewhere on the internet. */
export async function captionByUrl(c: Context<Environment>): Promise<Response> {
  const query = readQuery(c, urlQuerySchema);
  const options = readOptions(query);
  const bytes = await download(query.url, c);
  return respond(c, await captionImage(bytes, options, c), query);
}

/** `POST /caption`: captions the picture in the request's body, or the one that it names. */
export async function captionByUpload(c: Context<Environment>): Promise<Response> {
  const query = readQuery(c, optionsQuerySchema);
  const options = readOptions(query);
  const picture = await readPicture(c.req.raw, c.var.settings);
  const bytes = "url" in picture ? await download(picture.url, c) : picture.bytes;
  return respond(c, await captionImage(bytes, options, c), query);
}

async function download(url: string | undefined, c: Context<Environment>): Promise<Uint8Array> {
  const { settings, record } = c.var;
  const target = parseTarget(url, settings);
  record.imageHost = target.url.host;
  const { bytes, redirects } = await fetchImage(target, settings, c.req.raw.signal);
  record.redirects = redirects;
  return bytes;
}
