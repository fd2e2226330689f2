/** Numbers sorted into buckets. */
export interface Buckets {
  readonly count: number;
  of(bucket: number): Uint32Array;
}

/** Puts each item into the bucket that its key names; in each they keep their order. */
export function intoBuckets(count: number, keys: Uint32Array, items: Uint32Array): Buckets {
  return fill(count, [[keys, items]]);
}

/** For each number the ones that it is paired with. */
export function partnersOf(count: number, a: Uint32Array, b: Uint32Array): Buckets {
  return fill(count, [
    [a, b],
    [b, a],
  ]);
}

function fill(count: number, parts: readonly (readonly [keys: Uint32Array, items: Uint32Array])[]): Buckets {
  const starts = new Uint32Array(count + 1);
  for (const [keys] of parts) for (const key of keys) starts[key + 1]! += 1;
  for (let bucket = 0; bucket < count; bucket++) starts[bucket + 1]! += starts[bucket]!;
  const sorted = new Uint32Array(starts[count]!);
  const ends = starts.slice();
  for (const [keys, items] of parts) {
    for (let index = 0; index < keys.length; index++) sorted[ends[keys[index]!]!++] = items[index]!;
  }
  return { count, of: (bucket) => sorted.subarray(starts[bucket]!, starts[bucket + 1]!) };
}
