/**
 * `GET /caption?url=` and `POST /caption`: a picture in, a sentence out.
 *
 * @module
 */

import type { Context } from "hono";
import type { Environment } from "../environment.ts";
import { fetchImage, parseTarget } from "../fetch-image/index.ts";
import { captionImage } from "./caption-image.ts";
import { readUpload } from "./read-upload.ts";

/** `GET /caption?url=`: captions a picture that is somewhere on the internet. */
export async function captionUrl(c: Context<Environment>): Promise<Response> {
  const { settings, record } = c.var;
  const target = parseTarget(c.req.query("url"), settings);
  record.imageHost = target.url.host;
  const { bytes, redirects } = await fetchImage(target, settings, c.req.raw.signal);
  record.redirects = redirects;
  return c.json(await captionImage(bytes, c));
}

/** `POST /caption`: captions the picture in the request's body. */
export async function captionUpload(c: Context<Environment>): Promise<Response> {
  const bytes = await readUpload(c.req.raw, c.var.settings);
  return c.json(await captionImage(bytes, c));
}
