/** Returns member `n` of a list, counted on from the start after its end. */
export function pick<T>(list: readonly T[], n: number): T {
  const member = list[n % list.length];
  if (member === undefined) throw new Error("the list is empty");
  return member;
}

/** Returns pair `n` of all pairs of two lists; consecutive pairs differ in both members. */
export function pickPair<A, B>(first: readonly A[], second: readonly B[], n: number): [A, B] {
  const index = n % first.length;
  const round = Math.floor(n / first.length);
  return [pick(first, index), pick(second, index + round)];
}

/**
 * Mixes kinds evenly, and returns the kind of each number.
 *
 * @param shares - the percentage of each kind; they sum to 100.
 */
export function evenly<Kind>(shares: readonly (readonly [number, Kind])[]): (n: number) => Kind {
  const hundred = shares.flatMap(([share, kind]) => Array<Kind>(share).fill(kind));
  if (hundred.length !== 100) throw new Error(`the shares sum to ${hundred.length}, not to 100`);
  // 37 and 100 are coprime: every hundred numbers visit all members, neighbours far apart.
  return (n) => pick(hundred, n * 37);
}
