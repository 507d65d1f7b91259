/** Runs the action for every item, so many at a time, each worker taking the next as soon as it is free. */
export async function together<Item>(
  items: readonly Item[],
  workers: number,
  action: (item: Item) => Promise<unknown>,
): Promise<void> {
  const waiting = items.values();
  const work = async () => {
    for (const item of waiting) await action(item);
  };
  await Promise.all(Array.from({ length: workers }, work));
}
