import { Problem } from "../http/problem.ts";

/**
 * Counts the outgoing requests that a batch may still make. The platform ends the whole request when
 * it makes one too many.
 */
export class Subrequests {
  #left: number;

  /** @param left - how many are left. */
  constructor(left: number) {
    this.#left = left;
  }

  /**
   * Takes some of them.
   *
   * @throws {Problem} `too_many_subrequests`
   */
  take(requests: number): void {
    if (this.#left < requests) {
      throw new Problem(
        "too_many_subrequests",
        "Redirects of the batch's images used up its outgoing requests: request this image again.",
      );
    }
    this.#left -= requests;
  }
}
