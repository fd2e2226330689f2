import type { EvaluationCase } from './evaluation-case.ts';
import type { Predictions } from './predict-all.ts';
import type { OpenSystem } from './systems/open-system.ts';

type Answer = ReturnType<OpenSystem['predict']>;

/** Steps under way: endpoints answer several at once, while engines in this machine make one after another. */
export interface Ahead {
  /** Begins, from this case on, what systems may make ahead. */
  start(at: number): void;
  /** What a system makes of a case. */
  predict(system: OpenSystem, one: EvaluationCase): Answer;
  /** Waits for what is under way. */
  settle(): Promise<void>;
}

/** @param isDone whether a system's answer is there already */
export function predictAhead(
  {
    cases,
    systems,
    tools,
    maxTokens,
    signal,
  }: Pick<Predictions, 'cases' | 'systems' | 'tools' | 'maxTokens' | 'signal'>,
  isDone: (system: string, id: string) => boolean,
): Ahead {
  const started = new Map<string, Answer>();
  const keyOf = (system: OpenSystem, one: EvaluationCase) => JSON.stringify([system.name, one.id]);
  const predict = (system: OpenSystem, one: EvaluationCase) => {
    const onOffer = one.tools.map((id) => tools.byId.get(id)!);
    return system.predict(one.before, onOffer, { maxTokens, signal });
  };
  return {
    start(at) {
      for (const system of systems)
        for (const one of cases.slice(at, at + (system.ahead ?? 0))) {
          const key = keyOf(system, one);
          if (started.has(key) || isDone(system.name, one.id)) continue;
          const answer = predict(system, one);
          started.set(key, answer);
          // Whoever takes it is told.
          answer.catch(() => {});
        }
    },
    async predict(system, one) {
      const key = keyOf(system, one);
      const answer = started.get(key) ?? predict(system, one);
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
