import { Problem } from "../problem.ts";

/**
 * Outgoing requests that a batch may still make: the platform allows so many a request, and ends
 * all of it when there is one more.
 */
export class Subrequests {
  #left: number;

  constructor(left: number) {
    this.#left = left;
  }

  /** @throws Problem `too_many_subrequests` */
  take(requests: number): void {
    if (this.#left < requests) {
      throw new Problem(
        "too_many_subrequests",
        "Redirects of the batch's pictures used up what is allowed: ask for this one again.",
      );
    }
    this.#left -= requests;
  }
}
