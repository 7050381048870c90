import { UserError } from "../../core/errors.ts";
import { type ImageRow, readImage } from "./rows.ts";

/** What a person decides about an image. */
export type Decision =
  | { readonly action: "edit"; readonly alt: string }
  /** Takes the model's caption. */
  | { readonly action: "approve" }
  /** Leaves the image without alternative text. */
  | { readonly action: "decorative" }
  /** Undoes a person's decision: the model's caption counts again, or the image is queued. */
  | { readonly action: "reset" };

/** Says why a decision was not carried out. */
export class ReviewRefused extends UserError {
  /** The image as it is now; undefined if there is none. */
  readonly current: ImageRow | undefined;

  /** @param code - `not_found`, `edit_conflict`, or `invalid_parameter` where there is no caption. */
  constructor(
    code: "not_found" | "edit_conflict" | "invalid_parameter",
    message: string,
    current?: ImageRow,
  ) {
    super(code, message);
    this.current = current;
  }
}

/** For each action, the state and the text that an image gets by it. */
const OUTCOMES: Readonly<Record<Decision["action"], { state: string; alt: string }>> = {
  edit: { state: "'edited'", alt: "?3" },
  approve: { state: "'approved'", alt: "caption" },
  decorative: { state: "'decorative'", alt: "NULL" },
  reset: {
    state:
      "CASE WHEN caption IS NULL THEN 'queued' WHEN sure THEN 'captioned' ELSE 'low_confidence' END",
    alt: "iif(sure, caption, NULL)",
  },
};

/**
 * Carries out what a person has decided. No worker and no later model changes it.
 *
 * @param version - the version of the image that the person saw.
 * @returns the image as it is then. Its text is still to be published.
 * @throws {ReviewRefused} `edit_conflict`, with the image, if another person changed it first;
 *   `not_found`; `invalid_parameter` if there is no caption to approve
 */
export async function review(
  db: D1Database,
  key: string,
  version: number,
  decision: Decision,
  now: number,
): Promise<ImageRow> {
  const { state, alt } = OUTCOMES[decision.action];
  const needsCaption = decision.action === "approve" ? "AND caption IS NOT NULL" : "";
  const { meta } = await db
    .prepare(
      `UPDATE images SET state = ${state}, published = alt IS ${alt}, alt = ${alt},
         version = version + 1, lease = NULL, in_flight = 0, attempts = 0,
         due_at = ?4, updated_at = ?4
       WHERE key = ?1 AND version = ?2 AND ?3 IS NOT NULL ${needsCaption}`,
    )
    .bind(key, version, decision.action === "edit" ? decision.alt : "", now)
    .run();
  const current = await readImage(db, key);
  if (!current) throw new ReviewRefused("not_found", "There is no such image.");
  if (meta.changes > 0) return current;
  if (current.version !== version) {
    throw new ReviewRefused("edit_conflict", "Another person has changed the image.", current);
  }
  throw new ReviewRefused("invalid_parameter", "The image has no caption to approve.", current);
}
