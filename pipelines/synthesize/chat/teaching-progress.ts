import type { BoundedChatModel } from './bounded-chat-model.ts';

export interface TeachingProgress {
  /** @param left how many traces are still to be made */
  begin(left: number): void;
  /** `undefined` before it has begun. */
  tell(left: number): TeachingNote | undefined;
}

export interface TeachingNote {
  /** For people. */
  note: string;
  data: { requests: number; tokens: number; cost?: number; secondsLeft: number };
}

/** Tells what was spent, and how long the rest takes at the speed until now. */
export function teachingProgress(models: readonly BoundedChatModel[]): TeachingProgress {
  let began: { at: number; left: number } | undefined;
  return {
    begin(left) {
      began = { at: Date.now(), left };
    },
    tell(left) {
      if (began === undefined) return undefined;
      const seconds = (Date.now() - began.at) / 1000;
      const secondsLeft = Math.round((seconds / Math.max(1, began.left - left)) * left);
      const { requests, tokens, cost } = together(models);
      const costs = cost === undefined ? '' : `, cost ${cost.toFixed(2)}`;
      const note = `${requests} requests, ${tokens} tokens${costs}, about ${timeOf(secondsLeft)} left`;
      return { note, data: { requests, tokens, cost, secondsLeft } };
    },
  };
}

function together(models: readonly BoundedChatModel[]): BoundedChatModel['spent'] {
  const spent = models.map((model) => model.spent);
  const costs = spent.flatMap(({ cost }) => cost ?? []);
  return {
    requests: spent.reduce((sum, { requests }) => sum + requests, 0),
    tokens: spent.reduce((sum, { tokens }) => sum + tokens, 0),
    cost: costs.length === 0 ? undefined : costs.reduce((sum, cost) => sum + cost),
  };
}

function timeOf(seconds: number): string {
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
