import type { z } from "zod";
import { issueText } from "../../core/api/issue-text.ts";
import { firstIssue, UserError } from "../../core/errors.ts";
import type { Settings } from "../settings/index.ts";
import { Deadline } from "./deadline.ts";
import { clientGone, Problem } from "./problem.ts";
import { type ReadLimits, readBytes } from "./read-bytes.ts";

/** Bytes of a form's boundaries and part headers, in addition to the file. */
const FORM_OVERHEAD_BYTES = 16 * 1024;

/** Slows down or ends reading: see {@link ReadLimits}. */
type Hold = ReadLimits["hold"];

/** Tells whether a request's body is declared as JSON. */
export function isJson(request: Request): boolean {
  return /^application\/json\b/i.test(typeOf(request));
}

/**
 * Reads a JSON body.
 *
 * @throws {Problem} `invalid_json`, or as {@link readBody}
 */
export async function readJson<T>(
  request: Request,
  schema: z.ZodType<T>,
  settings: Settings,
  maximumBytes: number,
): Promise<T> {
  const parsed = schema.safeParse(parseJson(await readBody(request, settings, maximumBytes)));
  if (parsed.success) return parsed.data;
  const { issue, place } = firstIssue(parsed.error);
  const subject = place === "" ? "The body" : `"${place}" in the body`;
  throw new Problem("invalid_json", `${subject} is not valid: ${issueText(issue)}.`);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new Problem("invalid_json", "The body is not JSON.");
  }
}

/**
 * Reads an uploaded image: the file of a form, or else the body itself, whatever its declared type
 * (curl's `--data-binary` declares `application/x-www-form-urlencoded`).
 *
 * @throws {Problem} `invalid_form`, `empty_body`, or as {@link readBody}
 */
export async function readUpload(
  request: Request,
  settings: Settings,
  hold: Hold,
): Promise<Uint8Array> {
  if (/^multipart\/form-data\b/i.test(typeOf(request))) {
    const limit = settings.MAX_BYTES + FORM_OVERHEAD_BYTES;
    return readForm(await readBody(request, settings, limit, hold), typeOf(request));
  }
  const bytes = await readBody(request, settings, settings.MAX_BYTES, hold);
  if (bytes.byteLength > 0) return bytes;
  throw new Problem("empty_body", "Send the image's bytes as the request's body.");
}

/** Returns the bytes of the one file in a form, in whatever field. */
async function readForm(body: Uint8Array, type: string): Promise<Uint8Array> {
  const response = new Response(body as BodyInit, { headers: { "Content-Type": type } });
  const form = await response.formData().catch(() => undefined);
  const [file, ...others] = [...(form?.values() ?? [])].filter((value) => value instanceof File);
  if (file && others.length === 0) return new Uint8Array(await file.arrayBuffer());
  throw new Problem("invalid_form", "Send a form with exactly one file, the image.");
}

function typeOf(request: Request): string {
  return request.headers.get("Content-Type") ?? "";
}

/** @throws {Problem} `too_many_bytes`, `upload_timeout`, `upload_interrupted`, `client_gone` */
async function readBody(
  request: Request,
  settings: Settings,
  maximumBytes: number,
  hold?: Hold,
): Promise<Uint8Array> {
  const late = new Problem(
    "upload_timeout",
    `The request's body did not arrive within ${settings.UPLOAD_MS} ms.`,
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
