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

/**
 * Mixes kinds evenly, and gives the one whose turn it is at each number.
 *
 * @param shares - how many of a hundred are of a kind; they sum to 100.
 */
export function evenly<Kind>(shares: readonly (readonly [number, Kind])[]): (n: number) => Kind {
  const hundred = shares.flatMap(([share, kind]) => Array<Kind>(share).fill(kind));
  if (hundred.length !== 100) throw new Error(`the shares sum to ${hundred.length}`);
  // 37 has no divisor in common with 100: every hundred has all of them, far apart.
  return (n) => pick(hundred, n * 37);
}
