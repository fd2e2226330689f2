import type { Renderer } from '../core/prompt/renderer.ts';
import type { Sample, Split, Task } from '../core/sample.ts';
import { RESPOND, type Tool, takesNoArguments } from '../core/tool.ts';
import { type Step, stepsOf, type Trace } from '../core/trace.ts';
import { joinSteps, type TrainedStep } from './join-steps.ts';

/** What turns traces into samples. */
export interface SampleMaker {
  renderer: Renderer;
  /** The catalogue's tools by id. */
  tools: ReadonlyMap<string, Tool>;
  /** The catalogue's hash. */
  catalogue: string;
}

/** All samples of a trace: selector, arguments of each tool that it calls, monolithic. */
export function makeSamples(trace: Trace, split: Split, maker: SampleMaker): Sample[] {
  return [
    ...selectorSamples(trace, split, maker),
    ...argumentSamples(trace, split, maker),
    ...monolithicSamples(trace, split, maker),
  ];
}

/** One sample with a trained name for each step. */
function selectorSamples(trace: Trace, split: Split, maker: SampleMaker): Sample[] {
  const steps = stepsOf(trace).map((step) => trainedStep('selector', step, trace, maker));
  return named(steps, { trace, split, task: 'selector' }, maker);
}

/** For each tool that the trace calls and that takes arguments, one sample with the arguments of all its calls trained. */
function argumentSamples(trace: Trace, split: Split, maker: SampleMaker): Sample[] {
  const steps = stepsOf(trace);
  const called = [...new Set(steps.flatMap(({ call }) => (call === null ? [] : [call.tool])))];
  return called.flatMap((id) => {
    const tool = toolOf(id, maker);
    if (takesNoArguments(tool)) return [];
    const own = steps
      .filter(({ call }) => call?.tool === id)
      .map((step) => trainedStep('arguments', step, trace, maker));
    return named(own, { trace, split, task: 'arguments', tool }, maker);
  });
}

/** One sample with every whole assistant turn trained, as plain fine-tuning does it: the baseline. */
function monolithicSamples(trace: Trace, split: Split, maker: SampleMaker): Sample[] {
  const steps = stepsOf(trace).map((step) => trainedStep('monolithic', step, trace, maker));
  return named(steps, { trace, split, task: 'monolithic' }, maker);
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
  { trace, split, task, tool }: { trace: Trace; split: Split; task: Task; tool?: Tool },
  { catalogue }: SampleMaker,
): Sample[] {
  const base = [trace.id, task, ...(tool ? [tool.slug] : [])].join(':');
  return joinSteps(steps).map((joined, index) => ({
    id: index === 0 ? base : `${base}:${index + 1}`,
    task,
    ...(tool && { tool: tool.id, group: tool.group }),
    spans: joined.spans,
    meta: { trace: trace.id, steps: joined.steps, split, catalogue },
  }));
}

function toolOf(id: string, { tools }: Pick<SampleMaker, 'tools'>): Tool {
  const tool = tools.get(id);
  if (tool === undefined) throw new RangeError(`${id} is not in the catalogue: the trace was not validated`);
  return tool;
}
