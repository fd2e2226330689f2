import type { Asking } from './ask-all.ts';
import type { OpenSystem } from './systems/open-system.ts';

/** Answers under way: endpoints give several at once, while engines in this machine make one after another. */
export interface Ahead<A> {
  /** Begins, from this case on, what systems may make ahead. */
  start(at: number): void;
  /** What a system makes of a case. */
  ask(system: OpenSystem, at: number): Promise<A>;
  /** Waits for what is under way. */
  settle(): Promise<void>;
}

/** Cases go by their places. */
export function askAhead<C extends { id: string }, A, R>({
  cases,
  systems,
  known,
  ask,
}: Pick<Asking<C, A, R>, 'cases' | 'systems' | 'known' | 'ask'>): Ahead<A> {
  const started = new Map<string, Promise<A>>();
  const keyOf = ({ name }: OpenSystem, at: number) => JSON.stringify([name, at]);
  return {
    start(from) {
      for (const system of systems) {
        const end = Math.min(cases.length, from + (system.ahead ?? 0));
        for (let at = from; at < end; at++) {
          const key = keyOf(system, at);
          if (started.has(key) || known(system.name, cases[at]!) !== undefined) continue;
          const answer = ask(system, cases[at]!);
          started.set(key, answer);
          // Whoever takes it is told.
          answer.catch(() => {});
        }
      }
    },
    async ask(system, at) {
      const key = keyOf(system, at);
      const answer = started.get(key) ?? ask(system, cases[at]!);
      try {
        return await answer;
      } finally {
        started.delete(key);
      }
    },
    async settle() {
      await Promise.allSettled(started.values());
    },
  };
}
