import type { Sample } from '../core/sample.ts';
import type { Tokenizer } from '../core/tokenizer.ts';
import { stepsOf, type Trace } from '../core/trace.ts';
import type { TraceView } from './augment/augmenter.ts';
import { leakedName } from './augment/leaked-name.ts';
import { type SampleMaker, traceView, trainedStep } from './make-samples.ts';
import { sampleTokens } from './sample-tokens.ts';

export interface Check {
  name: string;
  ok: boolean;
  /** What is wrong. */
  found?: string;
}

export interface CheckTools extends SampleMaker {
  encode: Tokenizer['encode'];
}

/**
 * Proves that a sample trains what the runtime will do (the cut rule): span-wise and joint token ids are equal, before each trained span
 * stands exactly what the runtime prefills, and the stop token is trained where the adapter has to write it. An augmented sample is what the
 * runtime would do with the augmented tools, and no call in it has a name that its mask hides.
 * @param trace as it was written: what `sample.meta` says was done to it is done here again
 */
export function checkSample(sample: Sample, trace: Trace, tools: CheckTools): Check[] {
  const view = traceView(trace, sample.meta.augmented, tools);
  return [
    checkTrained(sample, tools),
    checkJoint(sample, tools),
    checkPrompts(sample, view.trace, { ...tools, tools: view.tools }),
    checkStop(sample, tools),
    ...(view.mask ? [checkMask(view)] : []),
  ];
}

function checkMask(view: TraceView): Check {
  const found = leakedName(view);
  return { name: 'no call has a masked name', ok: found === undefined, found };
}

function checkTrained(sample: Sample, { encode }: CheckTools): Check {
  const count = sampleTokens(sample, encode).train.filter(Boolean).length;
  return { name: 'has trained tokens', ok: count > 0, found: count > 0 ? undefined : 'none' };
}

function checkJoint(sample: Sample, { encode }: CheckTools): Check {
  const text = sample.spans.map((span) => span.text).join('');
  return {
    name: 'span by span gives the tokens of the whole',
    ...compare(sampleTokens(sample, encode).ids, encode(text)),
  };
}

function checkPrompts(sample: Sample, trace: Trace, tools: CheckTools): Check {
  const name = 'the runtime prefills what was trained on';
  const steps = stepsOf(trace);
  const trained = sample.spans.flatMap(({ train }, position) => (train ? [position] : []));
  if (trained.length !== sample.meta.steps.length) return { name, ok: false, found: `${trained.length} trained spans` };
  for (const [index, position] of trained.entries()) {
    const step = steps[sample.meta.steps[index]!];
    if (step === undefined) return { name, ok: false, found: 'a step that the trace does not have' };
    const { prompt, span } = trainedStep(sample.task, step, trace, tools);
    const seen = sampleTokens({ spans: sample.spans.slice(0, position) }, tools.encode).ids;
    const check = compare(seen, tools.encode(prompt));
    if (!check.ok) return { name, ...check };
    if (sample.spans[position]!.text !== span)
      return { name, ok: false, found: `trains ${sample.spans[position]!.text}` };
  }
  return { name, ok: true };
}

function checkStop(sample: Sample, { encode, renderer }: CheckTools): Check {
  const name = 'the stop token is trained';
  if (sample.task === 'selector') return { name, ok: true };
  const stop = encode(renderer.stop).join();
  const bad = sample.spans.find(
    ({ text, train }) => train && encode(text).slice(-encode(renderer.stop).length).join() !== stop,
  );
  return { name, ok: bad === undefined, found: bad && `ends with ${bad.text.slice(-30)}` };
}

function compare(found: readonly number[], expected: readonly number[]): { ok: boolean; found?: string } {
  const length = Math.max(found.length, expected.length);
  for (let index = 0; index < length; index++) {
    if (found[index] !== expected[index]) {
      return {
        ok: false,
        found: `token ${index} is ${found[index] ?? 'missing'}, expected ${expected[index] ?? 'none'}`,
      };
    }
  }
  return { ok: true };
}
