/** Union-find over the numbers 0 to size - 1. */
export interface DisjointSets {
  /** The smallest number of the set that holds an item. */
  find(item: number): number;
  union(a: number, b: number): void;
}

export function disjointSets(size: number): DisjointSets {
  const parents = Uint32Array.from({ length: size }, (_, item) => item);
  const find = (item: number): number => {
    let root = item;
    while (parents[root] !== root) root = parents[root]!;
    for (let step = item; parents[step] !== root; ) [step, parents[step]] = [parents[step]!, root];
    return root;
  };
  return {
    find,
    union: (a, b) => {
      const [x, y] = [find(a), find(b)];
      parents[Math.max(x, y)] = Math.min(x, y);
    },
  };
}
