import type { IMAGE_STATES } from "../../core/api/site.ts";

/**
 * A state of an image. Workers move it along the first five: queued, leased, then captioned,
 * low_confidence or failed, or queued again for a later attempt. A person sets the last three, and no
 * worker changes those.
 */
export type State = (typeof IMAGE_STATES)[number];

/**
 * Failures that the site's Worker finds itself; all others have the captioner's codes.
 *
 * - `interrupted`: the captioner or the worker stopped each time before there was an answer.
 * - `robots_disallowed`: the robots.txt of the image's host excludes it.
 * - `dead_letter`: the queue gave the message up.
 * - `bucket_not_bound`: the image is in a bucket that the Worker is not bound to.
 * - `bucket_unreadable`: R2 failed.
 * - `object_missing`: the bucket does not have the image any more.
 */
export type SiteProblem =
  | "interrupted"
  | "robots_disallowed"
  | "dead_letter"
  | "bucket_not_bound"
  | "bucket_unreadable"
  | "object_missing";

/** Where an image was found. */
export type Source = "visit" | "crawl" | "list" | "bucket";
