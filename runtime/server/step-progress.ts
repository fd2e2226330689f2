import type { StepAnswer } from '../chat/step-answer.ts';

/** What is known of a step before it is made. */
export type StepProgress = { call: string } | { text: string; by: StepAnswer['by'] };

/** A step that is being made. */
export interface StepUnderWay {
  /** What it tells; ends when the step does, however it does. */
  told: AsyncIterable<StepProgress>;
  answer: Promise<StepAnswer>;
}

/** Starts a step, and keeps what it tells until it is read. */
export function startStep(step: (tell: (progress: StepProgress) => void) => Promise<StepAnswer>): StepUnderWay {
  const { readable, writable } = new TransformStream<StepProgress, StepProgress>(
    undefined,
    undefined,
    new CountQueuingStrategy({ highWaterMark: Number.POSITIVE_INFINITY }),
  );
  const writer = writable.getWriter();
  // Whoever reads it may have gone.
  const answer = step((progress) => {
    writer.write(progress).catch(() => {});
  });
  answer.finally(() => writer.close()).catch(() => {});
  return { told: readable, answer };
}
