import { z } from "zod";
import { confidenceSchema } from "../confidence/schema.ts";
import { firstIssue, UserError } from "../errors.ts";
import { preparationSchema } from "../image/prepare.ts";

/** The file that describes a bundle and lists all its other files. */
export const manifestFileName = "manifest.json";

/** The largest file, in bytes: the limit of a static asset on Cloudflare Workers. */
export const maximumFileBytes = 25 * 1024 * 1024;

const name = z.string().min(1);
const count = z.int().positive();

/** The kinds of decoder. */
export const decoderKinds = ["lstm", "attention"] as const;

/**
 * The roles of the files in a bundle. `*-weights` are external data of the graph of that name;
 * `encoder-topology` lets a training start from the encoder's backbone.
 */
const BUNDLE_FILE_ROLES = [
  "encoder",
  "encoder-weights",
  "encoder-topology",
  "decoder",
  "decoder-weights",
  "vocabulary",
] as const;

/** A file of the bundle. */
const bundleFileSchema = z.object({
  role: z.enum(BUNDLE_FILE_ROLES),
  path: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/, "a plain file name in the bundle's folder"),
  bytes: count.max(maximumFileBytes),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** How to call the two graphs; every name is the name of a graph's input or output. */
const networkSchema = z.object({
  kind: z.enum(decoderKinds),
  encoder: z.object({
    /** `uint8 [1, H, W, 3]`, RGB, as the preparation makes it. */
    image: name,
  }),
  decoder: z.object({
    /** `int32 [N, 1]`: the last token of each caption. */
    token: name,
    /** `float32 [N, V]` */
    logits: name,
    /** `float32 [N, rows x columns]`; each row sums to one. */
    attention: name.optional(),
    /** The state from step to step: at first the encoder's output `initial`, then `output`. */
    state: z.array(z.object({ input: name, output: name, initial: name })).min(1),
    /** The inputs that stay the same for all words of an image: the encoder's output `from`. */
    image: z.array(z.object({ input: name, from: name })),
  }),
  /** The grid of the attention weights, row by row from the top left. */
  regions: z.object({ rows: count, columns: count }).optional(),
  embeddingSize: count,
  units: count,
});

/** Values of the caption measures (fractions; CIDEr-D as the reference implementation scales it). */
const metricsSchema = z.object({
  dataset: name,
  split: name,
  images: count,
  decoding: name,
  values: z.record(z.string(), z.number()),
});

/** How the weights were trained. */
const provenanceSchema = z.object({
  dataset: name,
  images: count,
  captions: count,
  /** The data sets by themselves; absent in bundles of older versions. */
  sets: z
    .array(
      z.object({
        /** Names the set and its style. */
        name,
        images: count,
        captions: count,
        /** How often an epoch drew each of its images. */
        weight: z.number().positive(),
      }),
    )
    .optional(),
  backbone: z.object({ name, fineTuned: z.boolean(), sha256: z.string().optional() }),
  /** The command that trained the model, as it was typed. */
  command: z.string(),
  /** The name of the recipe that the command's options came from, if it named one. */
  recipe: name.optional(),
  seed: z.int(),
  epochs: z.number().nonnegative(),
});

/** The contents of `manifest.json`. */
export const manifestSchema = z.object({
  /** Raised when older readers cannot read the new form. */
  schema: z.literal(1),
  name,
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  provenance: provenanceSchema,
  metrics: z.array(metricsSchema),
  preparation: preparationSchema,
  network: networkSchema,
  /** The largest number of tokens in a caption, by default. */
  maximumLength: count.max(100),
  /**
   * No n-gram of this many tokens occurs twice in a caption, and no token follows itself. Absent:
   * repetition is allowed.
   */
  ngramBlocking: count.min(2).optional(),
  /** The styles of captions, in the vocabulary's order; absent if it has none. */
  styles: z.array(name).min(1).optional(),
  /** The default style of captions; absent if the vocabulary has no styles. */
  defaultStyle: name.optional(),
  /** The model of the confidence; absent from a bundle that was not calibrated. */
  confidence: confidenceSchema.optional(),
  files: z.array(bundleFileSchema).min(3),
});

/** A parsed {@link manifestSchema}. */
export type Manifest = z.infer<typeof manifestSchema>;
/** A file of a bundle. */
export type BundleFile = z.infer<typeof bundleFileSchema>;
/** A parsed {@link networkSchema}. */
export type Network = z.infer<typeof networkSchema>;
/** One of {@link decoderKinds}. */
export type DecoderKind = (typeof decoderKinds)[number];

/**
 * Reads a manifest.
 *
 * @throws {UserError} `invalid_manifest` when it does not fit the schema; names the first fault
 */
export function parseManifest(json: unknown): Manifest {
  const parsed = manifestSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const { place, message } = firstIssue(parsed.error);
  throw new UserError(
    "invalid_manifest",
    `The bundle's ${manifestFileName} is damaged at "${place}": ${message}.`,
  );
}

/**
 * Returns the file of a role that every bundle has.
 *
 * @throws {UserError} `invalid_manifest` when the manifest lists no such file
 */
export function fileOfRole(manifest: Manifest, role: BundleFile["role"]): BundleFile {
  const file = manifest.files.find((candidate) => candidate.role === role);
  if (file) return file;
  throw new UserError(
    "invalid_manifest",
    `The bundle's ${manifestFileName} lists no file of role "${role}".`,
  );
}
