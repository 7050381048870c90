/**
 * Does the work for all items, in order, `limit` of them at a time.
 *
 * @throws what the first work to fail throws; what has begun by then goes on.
 */
export async function inParallel<T>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) await work(item, index);
  };
  await Promise.all(Array.from({ length: limit }, worker));
}
