import type { Teacher } from './teacher.ts';

export interface TeachingProgress {
  /** For people. */
  note: string;
  data: { requests: number; tokens: number; cost?: number; secondsLeft: number };
}

/** Tells what was spent, and how long the rest takes at the speed until now. */
export function teachingProgress(
  teacher: Teacher,
  total: number,
): { begin(first: number): void; tell(left: number): TeachingProgress | undefined } {
  let began: { at: number; left: number } | undefined;
  return {
    begin(first) {
      began = { at: Date.now(), left: total - first };
    },
    tell(left) {
      if (began === undefined) return undefined;
      const seconds = (Date.now() - began.at) / 1000;
      const secondsLeft = Math.round((seconds / Math.max(1, began.left - left)) * left);
      const { requests, tokens, cost } = teacher.spent;
      const costs = cost === undefined ? '' : `, cost ${cost.toFixed(2)}`;
      const note = `${requests} requests, ${tokens} tokens${costs}, about ${timeOf(secondsLeft)} left`;
      return { note, data: { requests, tokens, cost, secondsLeft } };
    },
  };
}

function timeOf(seconds: number): string {
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
