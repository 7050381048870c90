/** Images in one state, with one problem. */
export interface AuditedGroup {
  readonly state: string;
  /** The code of the last failure. */
  readonly problem: string | null;
  readonly count: number;
}

/** What D1 says about all images. */
export interface Audit {
  readonly groups: readonly AuditedGroup[];
  /** Images that more than one caption was written for. */
  readonly captionedTwice: number;
  /** Images with a message in the queue. */
  readonly inFlight: number;
}

/** A comparison of D1 and KV. */
export interface PublishedSlice {
  /** Images whose text in KV is not that of D1. */
  readonly different: number;
  /** The key after which to go on; absent at the end. */
  readonly last?: string;
}

const FINAL_STATES: readonly string[] = ["captioned", "low_confidence", "failed"];

/** Returns how many images are finished. */
export function finishedImages({ groups }: Audit): number {
  return groups
    .filter(({ state }) => FINAL_STATES.includes(state))
    .reduce((sum, { count }) => sum + count, 0);
}
