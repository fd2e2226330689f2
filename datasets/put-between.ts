import type { Random } from '../core/random.ts';

/** Both lists in one, the first in its order. */
export function putBetween<T>(own: readonly T[], others: readonly T[], random: Random): T[] {
  const places = random.shuffle([...own.map(() => true), ...others.map(() => false)]);
  let [next, other] = [0, 0];
  return places.map((isOwn) => (isOwn ? own[next++]! : others[other++]!));
}
