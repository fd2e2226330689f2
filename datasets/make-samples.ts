import type { Renderer } from '../core/prompt/renderer.ts';
import type { Augmentation, Sample, Split, Task } from '../core/sample.ts';
import { RESPOND, type Tool, takesNoArguments } from '../core/tool.ts';
import { type Step, stepsOf, type Trace } from '../core/trace.ts';
import type { Augmenter, TraceView } from './augment/augmenter.ts';
import { joinSteps, type TrainedStep } from './join-steps.ts';
import { learnedKey } from './learned-key.ts';

/** What turns traces into samples. */
export interface SampleMaker {
  renderer: Renderer;
  /** The catalogue's tools by id. */
  tools: ReadonlyMap<string, Tool>;
  /** The catalogue's hash. */
  catalogue: string;
  /** Makes traces harder; absent: no sample is augmented. */
  augmenter?: Augmenter;
}

/**
 * All samples of a trace: selector, arguments of each tool that it calls, monolithic.
 * @param how what makes them harder than the trace
 */
export function makeSamples(trace: Trace, split: Split, maker: SampleMaker, how?: Augmentation): Sample[] {
  const key = learnedKey(trace);
  const shown = (task: Task) => shownAs(trace, { split, task, key }, augmentationOf(task, how, maker), maker);
  return [
    ...stepSamples(shown('selector'), maker),
    ...argumentSamples(shown('arguments'), maker),
    ...stepSamples(shown('monolithic'), maker),
  ];
}

/** A trace as the samples of a task show it. */
interface Shown extends TraceView {
  split: Split;
  task: Task;
  /** Of the trace as it was written. */
  key: string;
  augmented?: Augmentation;
}

function shownAs(
  trace: Trace,
  of: Pick<Shown, 'split' | 'task' | 'key'>,
  augmented: Augmentation | undefined,
  maker: SampleMaker,
): Shown {
  return { ...of, ...traceView(trace, augmented, maker), ...(augmented && { augmented }) };
}

/** A trace as a sample with this done to it shows it. */
export function traceView(
  trace: Trace,
  augmented: Augmentation | undefined,
  { tools, augmenter }: Pick<SampleMaker, 'tools' | 'augmenter'>,
): TraceView {
  return (augmented && augmenter?.view(trace, augmented)) ?? { trace, tools };
}

/** An adapter of one tool only ever sees that tool's real parameters: names that it can rely on are not masked for it. */
function augmentationOf(
  task: Task,
  how: Augmentation | undefined,
  { renderer }: SampleMaker,
): Augmentation | undefined {
  if (task !== 'arguments') return how;
  const isShown = renderer.settings.argumentTools === 'all' && how?.distractors !== undefined;
  return isShown ? { distractors: how.distractors } : undefined;
}

/**
 * One sample with something trained in each step. Selector: the name. Monolithic: the whole assistant turn, as plain fine-tuning does it, the
 * baseline.
 */
function stepSamples(shown: Shown, maker: SampleMaker): Sample[] {
  const { trace, tools, task } = shown;
  const steps = stepsOf(trace).map((step) => trainedStep(task, step, trace, { ...maker, tools }));
  return named(steps, shown, maker);
}

/** For each tool that the trace calls and that takes arguments, one sample with the arguments of all its calls trained. */
function argumentSamples(shown: Shown, maker: SampleMaker): Sample[] {
  const { trace, tools, task } = shown;
  const steps = stepsOf(trace);
  const called = [...new Set(steps.flatMap(({ call }) => (call === null ? [] : [call.tool])))];
  return called.flatMap((id) => {
    const tool = toolOf(id, { tools });
    if (takesNoArguments(tool)) return [];
    const own = steps
      .filter(({ call }) => call?.tool === id)
      .map((step) => trainedStep(task, step, trace, { ...maker, tools }));
    return named(own, { ...shown, tool }, maker);
  });
}

/** What the runtime prefills for a step of a task, and what is trained behind it. */
export function trainedStep(task: Task, step: Step, trace: Trace, { renderer, tools }: SampleMaker): TrainedStep {
  const offered = trace.tools.map((id) => toolOf(id, { tools }));
  const tool = step.call === null ? undefined : toolOf(step.call.tool, { tools });
  const call = tool && step.call ? { tool, arguments: step.call.arguments } : null;
  const name = tool?.promptName ?? RESPOND;
  if (task === 'monolithic') {
    const span = renderer.completion({ call, content: step.content });
    return { step: step.index, prompt: renderer.generationPrompt(step.before, offered), span };
  }
  if (task === 'selector') {
    return { step: step.index, prompt: renderer.selectorPrompt(step.before, offered), span: renderer.nameSpan(name) };
  }
  const span = call === null ? '' : renderer.argumentsSpan(call.tool, call.arguments);
  return { step: step.index, prompt: renderer.argumentsPrompt(step.before, offered, name), span };
}

function named(
  steps: readonly TrainedStep[],
  { trace, split, task, key, tool, augmented }: Shown & { tool?: Tool },
  { catalogue }: SampleMaker,
): Sample[] {
  const base = [trace.id, task, ...(tool ? [tool.slug] : [])].join(':');
  return joinSteps(steps).map((joined, index) => ({
    id: index === 0 ? base : `${base}:${index + 1}`,
    task,
    ...(tool && { tool: tool.id, group: tool.group }),
    spans: joined.spans,
    meta: { trace: trace.id, steps: joined.steps, split, catalogue, ...(augmented && { augmented }), key },
  }));
}

function toolOf(id: string, { tools }: Pick<SampleMaker, 'tools'>): Tool {
  const tool = tools.get(id);
  if (tool === undefined) throw new RangeError(`${id} is not in the catalogue: the trace was not validated`);
  return tool;
}
