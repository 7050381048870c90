/** Where to send things: the service, and a web server that behaves as badly as it is asked to. */
export interface Battlefield {
  readonly service: { readonly url: string; readonly port: number };
  /** `host:port`, which the service may fetch from. */
  readonly origin: string;
}

/** One hostile thing to do, and what may come of it. */
export interface Attack {
  readonly kind: string;
  /** What tells it from others of its kind. */
  readonly what: string;
  /** Outcomes that are right, beside being told that there is too much to do. */
  readonly right: RegExp;
  /** Does it, and says what came of it: "200", "403 private_address", "closed", ... */
  send(field: Battlefield): Promise<string>;
}

/** Makes attacks of one kind: the same for the same number. */
export type Attacks = (n: number) => Attack;

/** The member of a list that a number chooses. */
export function pick<T>(list: readonly T[], n: number): T {
  const member = list[n % list.length];
  if (member === undefined) throw new Error("nothing to pick from");
  return member;
}

/** Each pair of members of two lists in its turn; neighbours differ in both. */
export function pickPair<A, B>(first: readonly A[], second: readonly B[], n: number): [A, B] {
  const place = n % first.length;
  const round = Math.floor(n / first.length);
  return [pick(first, place), pick(second, place + round)];
}
