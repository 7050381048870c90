import { z } from "zod";
import { PACKAGE_VERSION } from "../../core/version.ts";

/** `{service}` stands for the URL of the service, whose page says what it does. */
export const DEFAULT_USER_AGENT = `EdgeCaption/${PACKAGE_VERSION} (+{service})`;

/** Parses the value of a header. */
export const headerValueSchema = z.string().refine(isHeaderValue, "not a valid header value");

/** Headers that the service sets itself, or that the platform does not let it set. */
const RESERVED: readonly string[] = ["host", "content-length", "edge-caption-fetch", "connection"];

const headersSchema = z.record(
  z
    .string()
    .refine(isHeaderName, "not a valid header name")
    .refine((name) => !RESERVED.includes(name.toLowerCase()), "a header that cannot be set"),
  headerValueSchema,
);

const hostSchema = z
  .string()
  .refine((host) => URL.parse(`https://${host}/`)?.hostname === host, "not a host in lower case");

const hostHeadersSchema = z.record(hostSchema, headersSchema);

/** For each host, the headers that are sent to it. */
type HostHeaders = z.infer<typeof hostHeadersSchema>;

/** Parses `{"images.example.com": {"Authorization": "Bearer ..."}}`. */
export const hostHeadersTextSchema = z.string().transform((text, context): HostHeaders => {
  if (text.trim() === "") return {};
  const parsed = hostHeadersSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  // The message goes into logs, so it names the place, but no value.
  const place = parsed.error.issues[0]?.path.join(" ") ?? "";
  const message = `not JSON of the form {"host": {"Header": "value"}}${place && `, at ${place}`}`;
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isHeaderName(name: string): boolean {
  return /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name);
}

/** Visible characters of ASCII and spaces between them. */
function isHeaderValue(value: string): boolean {
  return /^([!-~]([ -~]*[!-~])?)?$/.test(value);
}
