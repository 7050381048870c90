import { z } from "zod";
import { maximumFileBytes } from "../bundle/manifest.ts";

/** The scripts and the WebAssembly that caption in a browser, beside the model's own files. */
export const BROWSER_FILE_ROLES = [
  "captioner",
  "thread",
  "runtime",
  "jpeg-codec",
  "webp-codec",
  "avif-codec",
] as const;

const fileSchema = z.object({
  path: z.string().meta({ description: "Relative to the index; it contains the file's hash." }),
  bytes: z.int().positive().max(maximumFileBytes),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** A script or a WebAssembly module. */
export const browserFileSchema = fileSchema.extend({ role: z.enum(BROWSER_FILE_ROLES) });

/** The list of the browser's files among the Worker's assets. */
export const browserFilesSchema = z.array(browserFileSchema);

/** The folder of the browser's files among the Worker's assets. */
export const browserFolder = "browser";

/** The path of their list. */
export const browserFilesName = `${browserFolder}/files.json`;

/** A file of the model, with the name that the manifest gives it. */
const modelFileSchema = fileSchema.extend({ name: z.string() });

/** The answer of `GET /model/`: all that a browser needs to caption images itself. */
export const browserIndexSchema = z
  .object({
    schema: z
      .literal(1)
      .meta({ description: "Raised when older captioners cannot read the new form." }),
    model: z.object({ name: z.string(), version: z.string() }),
    files: z.array(browserFileSchema).meta({ description: "The scripts and the WebAssembly." }),
    modelFiles: z.array(modelFileSchema).meta({ description: "The manifest and its files." }),
    limits: z
      .object({ bytes: z.int(), pixels: z.int(), memory: z.int() })
      .meta({ description: "What the service refuses to decode, so that both give one answer." }),
    neutral: z
      .enum(["true", "false"])
      .meta({ description: "What holds if a request does not say." }),
  })
  .meta({ id: "BrowserIndex" });

/** A parsed {@link browserFileSchema}. */
export type BrowserFile = z.infer<typeof browserFileSchema>;

/** A parsed {@link browserIndexSchema}. */
export type BrowserIndex = z.infer<typeof browserIndexSchema>;

/** How many digits of its SHA-256 a file's public name has: enough that no two contents share one. */
const NAMED_DIGITS = 16;

/** Returns a file's public name: `encoder.onnx` becomes `encoder.0123456789abcdef.onnx`. */
export function nameByHash(name: string, sha256: string): string {
  const dot = name.lastIndexOf(".");
  return `${name.slice(0, dot)}.${sha256.slice(0, NAMED_DIGITS)}${name.slice(dot)}`;
}
