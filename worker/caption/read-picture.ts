import type { z } from "zod";
import { urlBodySchema } from "../../core/api/caption-options.ts";
import { UserError } from "../../core/errors.ts";
import { Deadline } from "../fetch-image/deadline.ts";
import { readBytes } from "../fetch-image/read-bytes.ts";
import { clientGone, Problem } from "../problem.ts";
import type { Settings } from "../settings.ts";
import type { Job } from "./job.ts";

/** A form's boundaries and headers, beside the picture in it. */
const formOverheadBytes = 16 * 1024;

/**
 * Reads the URL in a request's body, if that is JSON, which names one.
 *
 * @throws Problem `invalid_json`, or as {@link readBody}
 */
export async function readUrl(request: Request, settings: Settings): Promise<string | undefined> {
  if (!/^application\/json\b/i.test(typeOf(request))) return undefined;
  const limit = settings.MAX_URL_LENGTH * 4 + 100;
  return parseJson(await readBody(request, settings, limit), urlBodySchema).url;
}

/**
 * Reads the picture in a request's body: a form with a file in it, or else the picture itself,
 * whatever the request calls it (curl's `--data-binary` calls everything a form of another kind):
 * its bytes will tell.
 *
 * @throws Problem `invalid_form`, `empty_body`, or as {@link readBody}
 */
export async function readPicture(
  request: Request,
  { settings, place }: Pick<Job, "settings" | "place">,
): Promise<Uint8Array> {
  if (/^multipart\/form-data\b/i.test(typeOf(request))) {
    const limit = settings.MAX_BYTES + formOverheadBytes;
    return readForm(await readBody(request, settings, limit, place.hold), typeOf(request));
  }
  const bytes = await readBody(request, settings, settings.MAX_BYTES, place.hold);
  if (bytes.byteLength > 0) return bytes;
  throw new Problem("empty_body", "Send the picture's bytes as the request's body.");
}

function typeOf(request: Request): string {
  return request.headers.get("Content-Type") ?? "";
}

/** @throws Problem `invalid_json` */
export function parseJson<T>(bytes: Uint8Array, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(tryJson(bytes));
  if (parsed.success) return parsed.data;
  const { path = [], message = "" } = parsed.error.issues[0] ?? {};
  throw new Problem("invalid_json", `The body's JSON is wrong at "${path.join(".")}": ${message}.`);
}

function tryJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** The bytes of the one file in a form, whatever its field is called. */
async function readForm(body: Uint8Array, type: string): Promise<Uint8Array> {
  const response = new Response(body as BodyInit, { headers: { "Content-Type": type } });
  const form = await response.formData().catch(() => undefined);
  const [file, ...others] = [...(form?.values() ?? [])].filter((value) => value instanceof File);
  if (file && others.length === 0) return new Uint8Array(await file.arrayBuffer());
  throw new Problem("invalid_form", "Send a form that has exactly one file in it, the picture.");
}

/**
 * Reads a request's own body.
 *
 * @throws Problem `too_many_bytes`, `upload_timeout`, `upload_interrupted`, `client_gone`
 */
export async function readBody(
  request: Request,
  settings: Settings,
  maximumBytes: number,
  hold?: (bytes: number) => Promise<void>,
): Promise<Uint8Array> {
  const late = new Problem(
    "upload_timeout",
    `The body did not arrive in ${settings.UPLOAD_MS} ms.`,
  );
  const deadline = new Deadline(settings.UPLOAD_MS, late, request.signal);
  try {
    return await readBytes(request.body, request.headers, { maximumBytes, deadline, hold });
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    if (request.signal.aborted) throw clientGone({ cause });
    throw new Problem("upload_interrupted", "The request's body ended early.", { cause });
  } finally {
    deadline.clear();
  }
}
