/** Gives the largest item again and again, where items may shrink in between. */
export interface ShrinkingHeap {
  pop(): number | undefined;
}

/**
 * A heap by the sizes that items had when they were last looked at. No item is larger than that, so the one at the top is the largest
 * as soon as its size is up to date.
 * @param sizeOf an item's size now
 * @param order settles which of two items of the same size counts as larger: positive where it is `a`
 */
export function shrinkingHeap(
  items: Uint32Array,
  sizeOf: (item: number) => number,
  order: (a: number, b: number) => number,
): ShrinkingHeap {
  const heap = Array.from(items, (item) => ({ item, size: sizeOf(item) }));
  const isLarger = (a: Entry, b: Entry) => (a.size - b.size || order(a.item, b.item)) > 0;
  const sink = (from: number) => {
    for (let at = from, next = larger(at); next !== at; at = next, next = larger(at))
      [heap[at], heap[next]] = [heap[next]!, heap[at]!];
  };
  const larger = (at: number): number => {
    let best = at;
    for (const child of [2 * at + 1, 2 * at + 2])
      if (child < heap.length && isLarger(heap[child]!, heap[best]!)) best = child;
    return best;
  };
  for (let at = (heap.length >>> 1) - 1; at >= 0; at--) sink(at);
  return {
    pop() {
      for (let top = heap[0]; top !== undefined; top = heap[0]) {
        const size = sizeOf(top.item);
        if (size < top.size) {
          top.size = size;
          sink(0);
          continue;
        }
        const last = heap.pop()!;
        if (heap.length > 0) {
          heap[0] = last;
          sink(0);
        }
        return top.item;
      }
      return undefined;
    },
  };
}

interface Entry {
  item: number;
  size: number;
}
