/**
 * The interface of the site's Worker: what its API answers and takes, shared by the Worker and the client.
 *
 * @module
 */

import { z } from "zod";
import { problemSchema, problems } from "./problems.ts";

/** Every failure that the site's Worker answers with: stable code, status and title. */
export const siteProblems = {
  invalid_parameter: problems.invalid_parameter,
  invalid_json: problems.invalid_json,
  invalid_url: problems.invalid_url,
  too_many_bytes: problems.too_many_bytes,
  unauthorized: problems.unauthorized,
  cross_site: { status: 403, title: "The request comes from a page of another site" },
  host_not_allowed: problems.host_not_allowed,
  not_found: problems.not_found,
  method_not_allowed: problems.method_not_allowed,
  edit_conflict: { status: 409, title: "Another person has changed the image" },
  unreachable: { status: 502, title: "The page could not be fetched" },
  internal_error: problems.internal_error,
} as const;

/** A stable code of {@link siteProblems}. */
export type SiteProblemCode = keyof typeof siteProblems;

const siteProblemCodes = Object.keys(siteProblems) as SiteProblemCode[];

/** What can become of an image. A person's states, the last three, win over every model. */
export const IMAGE_STATES = [
  "queued",
  "leased",
  "captioned",
  "low_confidence",
  "failed",
  "approved",
  "edited",
  "decorative",
] as const;

/** The longest text that a person may write, in characters. */
export const MAXIMUM_ALT_LENGTH = 1000;

/** The most image URLs in one request. */
export const MAXIMUM_URLS = 200;

/** The most images in one answer. */
const MAXIMUM_IMAGES = 100;

const time = z.int().meta({ description: "Milliseconds since 1970." });

/** An image of the site. */
export const siteImageSchema = z
  .object({
    key: z.string().meta({ description: "Identifies the image: 32 hexadecimal digits." }),
    url: z.string().meta({ description: "`r2://bucket/key` for one that only a bucket has." }),
    state: z.enum(IMAGE_STATES),
    alt: z.string().nullable().meta({ description: "What pages get; null if nothing." }),
    caption: z.string().nullable().meta({ description: "The model's own sentence." }),
    confidence: z.number().nullable(),
    model: z.string().nullable().meta({ description: "Name and version of the model." }),
    problem: z.string().nullable().meta({ description: "The code of the last failure." }),
    attempts: z.int(),
    version: z.int().meta({ description: "Grows with each change by a person." }),
    source: z.string().meta({ description: "Where it was found: visit, crawl, list or bucket." }),
    updatedAt: time,
    pages: z
      .array(z.object({ url: z.string(), place: z.string() }))
      .meta({ description: "Some of the pages that show it, and where: img, input, area, link." }),
  })
  .meta({ id: "SiteImage" });

/** A parsed {@link siteImageSchema}. */
export type SiteImage = z.infer<typeof siteImageSchema>;

/** A problem document (RFC 9457) of the site's Worker. */
export const siteProblemSchema = problemSchema
  .extend({
    code: z.enum(siteProblemCodes).meta({ description: "Stable, for programs." }),
    current: siteImageSchema.optional().meta({
      description: "Of an `edit_conflict`: the image as it is now.",
    }),
  })
  .meta({ id: "SiteProblem" });

/** A parsed {@link siteProblemSchema}. */
export type SiteProblemDocument = z.infer<typeof siteProblemSchema>;

const confidence = z.string().regex(/^[\d.]+$/, "a number from 0 to 1");

/** The query of `GET api/images`. */
export const imagesQuerySchema = z.strictObject({
  state: z.enum(IMAGE_STATES).optional(),
  host: z.string().optional().meta({ description: "Only images of this host." }),
  below: confidence
    .pipe(z.coerce.number<string>().min(0).max(1))
    .optional()
    .meta({ type: "number", description: "Only images of a lower confidence." }),
  above: confidence
    .pipe(z.coerce.number<string>().min(0).max(1))
    .optional()
    .meta({ type: "number", description: "Only images of at least this confidence." }),
  cursor: z.string().optional().meta({ description: "The `cursor` of the answer before." }),
  limit: z.coerce.number().int().min(1).max(MAXIMUM_IMAGES).default(50),
});

/** The answer of `GET api/images`: images by rising confidence. */
export const imagesSchema = z
  .object({
    images: z.array(siteImageSchema),
    cursor: z.string().optional().meta({ description: "Present if there are more." }),
  })
  .meta({ id: "SiteImages" });

/** A parsed {@link imagesSchema}. */
export type SiteImages = z.infer<typeof imagesSchema>;

const version = z.int().min(0).meta({
  description: "The version that the person saw; if it has changed since, the answer is 409.",
});

/** The body of `PATCH api/images/{key}`: what a person decides. */
export const reviewSchema = z
  .union([
    z.strictObject({
      version,
      action: z.literal("edit"),
      alt: z.string().trim().min(1).max(MAXIMUM_ALT_LENGTH),
    }),
    z.strictObject({ version, action: z.literal("approve") }),
    z.strictObject({ version, action: z.literal("decorative") }),
    z.strictObject({ version, action: z.literal("reset") }),
  ])
  .meta({
    id: "Review",
    description:
      "`edit` writes a text, `approve` takes the model's, `decorative` leaves the image without one, `reset` undoes a person's decision.",
  });

/** A parsed {@link reviewSchema}. */
export type Review = z.infer<typeof reviewSchema>;

/** The answer of `GET api/status`. */
export const siteStatusSchema = z
  .object({
    states: z.record(z.enum(IMAGE_STATES), z.int()),
    perMinute: z.number().meta({ description: "Images finished a minute, of late." }),
    minutesLeft: z
      .number()
      .nullable()
      .meta({ description: "Until the queue is empty at that rate; null if nothing moves." }),
  })
  .meta({ id: "SiteStatus" });

/** A parsed {@link siteStatusSchema}. */
export type SiteStatus = z.infer<typeof siteStatusSchema>;

/** The answer of `GET api/confidence`. */
export const siteConfidenceSchema = z
  .object({
    minConfidence: z
      .number()
      .nullable()
      .meta({ description: "The least confidence that is filled in; null if the model has none." }),
    bins: z
      .array(
        z.object({
          from: z.number(),
          images: z.int(),
          meanConfidence: z.number().meta({
            description: "The share of these captions that fit, as the calibration expects.",
          }),
        }),
      )
      .meta({ description: "How captions are spread over the confidence, in steps of 0.05." }),
  })
  .meta({ id: "SiteConfidence" });

/** A parsed {@link siteConfidenceSchema}. */
export type SiteConfidence = z.infer<typeof siteConfidenceSchema>;

/** The body of `POST api/urls`. */
export const addUrlsSchema = z.strictObject({
  urls: z.array(z.string()).min(1).max(MAXIMUM_URLS),
});

/** The answer of `POST api/urls`. */
export const addedSchema = z
  .object({
    added: z.int().meta({ description: "Images that were not known before." }),
    refused: z
      .array(z.object({ url: z.string(), reason: z.string() }))
      .meta({ description: "URLs that are not queued, such as those of other hosts." }),
  })
  .meta({ id: "Added" });

/** A parsed {@link addedSchema}. */
export type Added = z.infer<typeof addedSchema>;

/** The body of `POST api/buckets`. */
export const lookAtBucketSchema = z.strictObject({
  bucket: z.string().meta({ description: "The name of a bucket that is bound." }),
  prefix: z.string().default("").meta({ description: "Only objects whose keys begin with it." }),
  cursor: z.string().optional().meta({ description: "The `cursor` of the answer before." }),
  dryRun: z.boolean().default(false).meta({ description: "Only counts; stores nothing." }),
});

/** The answer of `POST api/buckets`. */
export const seenBucketSchema = z
  .object({
    objects: z.int().meta({ description: "Objects in this part of the list." }),
    images: z.int().meta({ description: "Those that are images, by their type or name." }),
    added: z.int().meta({ description: "Images that were not known before, or are replaced." }),
    cursor: z.string().optional().meta({ description: "Present if there are more." }),
  })
  .meta({ id: "SeenBucket" });

/** A parsed {@link seenBucketSchema}. */
export type SeenBucketAnswer = z.infer<typeof seenBucketSchema>;

/** The body of `POST api/pages`. */
export const lookAtPageSchema = z.strictObject({
  url: z.string(),
  dryRun: z.boolean().default(false).meta({ description: "Only counts; stores nothing." }),
});

/** The answer of `POST api/pages`. */
export const seenPageSchema = z
  .object({
    status: z.int().meta({ description: "The page's own status." }),
    images: z.int().meta({ description: "All images that it shows." }),
    missing: z
      .array(z.object({ key: z.string(), place: z.string() }))
      .meta({ description: "Those without alternative text." }),
    added: z.int().meta({ description: "Images that were not known before." }),
    links: z.array(z.string()).meta({ description: "Links to other pages of the same host." }),
  })
  .meta({ id: "SeenPage" });

/** A parsed {@link seenPageSchema}. */
export type SeenPageAnswer = z.infer<typeof seenPageSchema>;

/** The body of `POST api/recaption`. */
export const recaptionSchema = z.strictObject({
  olderThan: z
    .string()
    .regex(/^\d+\.\d+\.\d+$/, "not a version such as 2.0.0")
    .meta({ description: "Images captioned by models before this version are queued again." }),
});

/** The body of `POST api/sweep`. */
export const sweepSchema = z.strictObject({
  queueIsEmpty: z.boolean().default(false).meta({
    description: "That all messages are lost, as after a restart of the local queue.",
  }),
});

/** The body of `POST api/forget`: an image's or a page's URL, or a whole host. */
export const forgetSchema = z.union([
  z.strictObject({ url: z.string() }),
  z.strictObject({ host: z.string() }),
]);

/** A parsed {@link forgetSchema}. */
export type Forget = z.infer<typeof forgetSchema>;

/** The answer of `POST api/forget`. */
export const forgottenSchema = z
  .object({
    images: z.int().meta({ description: "How many images were deleted." }),
    more: z.boolean().meta({ description: "Whether to repeat the request." }),
  })
  .meta({ id: "Forgotten" });

/** A parsed {@link forgottenSchema}. */
export type Forgotten = z.infer<typeof forgottenSchema>;

/** The answer of requests that change many images. */
export const countSchema = z.object({ images: z.int() }).meta({ id: "Count" });

/** The body of `POST session`. */
export const sessionSchema = z.strictObject({ key: z.string() });
