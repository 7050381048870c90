/** What objects are uploaded as by programs that do not know better. */
const UNKNOWN_TYPES: readonly string[] = ["", "application/octet-stream", "binary/octet-stream"];

/** Tells whether an object claims to be an image: by its type, or by its name if it has no type. */
export function isImage({ key, httpMetadata }: Pick<R2Object, "key" | "httpMetadata">): boolean {
  const type = httpMetadata?.contentType?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (UNKNOWN_TYPES.includes(type)) return /\.(jpe?g|png|webp|gif|avif)$/i.test(key);
  return type.startsWith("image/");
}
