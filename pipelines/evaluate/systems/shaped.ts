import type { Tool } from '../../../core/tool.ts';
import type { Message } from '../../../core/trace.ts';
import type { ChooseExamples } from './choose-examples.ts';
import type { Predict } from './predict.ts';

/** What is done to a step before a system sees it. */
export interface Shape {
  /** Those of the tools on offer that prompts list. */
  list?: (messages: readonly Message[], tools: readonly Tool[]) => readonly Tool[];
  examples?: ChooseExamples;
}

/** Lets a system list fewer tools, and see examples. What that takes is part of its time. */
export function shaped(predict: Predict, { list, examples }: Shape): Predict {
  if (list === undefined && examples === undefined) return predict;
  return async (messages, tools, options) => {
    const started = performance.now();
    const listed = list?.(messages, tools) ?? tools;
    const shown =
      examples === undefined
        ? messages
        : after(
            messages,
            examples(messages, listed).flatMap((one) => one.messages),
          );
    const spent = performance.now() - started;
    const prediction = await predict(shown, listed, options);
    return { ...prediction, latencyMs: prediction.latencyMs + spent };
  };
}

/** Examples stand behind a system message. */
function after(messages: readonly Message[], examples: readonly Message[]): Message[] {
  const start = messages[0]?.role === 'system' ? 1 : 0;
  return [...messages.slice(0, start), ...examples, ...messages.slice(start)];
}
