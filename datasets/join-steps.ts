import type { Span } from '../core/sample.ts';

/** What is trained of one step, and all that the runtime puts before it. */
export interface TrainedStep {
  step: number;
  prompt: string;
  span: string;
}

export interface JoinedSteps {
  spans: Span[];
  steps: number[];
}

/**
 * Joins the steps of a trace into training sequences. A step's prompt begins with all that was there before, so that one sequence does for
 * all steps; where it does not (a template that rewrites its history, or a step behind `respond`), a new sequence begins.
 */
export function joinSteps(steps: readonly TrainedStep[]): JoinedSteps[] {
  const joined: JoinedSteps[] = [];
  let text = '';
  for (const { step, prompt, span } of steps) {
    let current = joined.at(-1);
    if (current === undefined || !prompt.startsWith(text)) {
      text = '';
      current = { spans: [], steps: [] };
      joined.push(current);
    }
    const between = prompt.slice(text.length);
    if (between !== '') current.spans.push({ text: between, train: false });
    current.spans.push({ text: span, train: true });
    current.steps.push(step);
    text = prompt + span;
  }
  return joined;
}
