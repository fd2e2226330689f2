import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Context } from '../../../core/context.ts';
import { ToolkitError } from '../../../core/errors.ts';
import { hashText } from '../../../core/hash.ts';
import { type Message, stepsOf, type Trace } from '../../../core/trace.ts';
import { dealKey } from '../../../datasets/deal-key.ts';
import { readDealt } from '../../build-data/dealt.ts';
import type { Settings } from '../../settings.ts';
import { readTraces, traceFiles } from '../../trace-files.ts';
import { heldOutPath } from '../../workspace-files.ts';

/** The first step of a training trace, as it may stand before a conversation. */
export interface Example {
  query: string;
  /** Id of the tool that is called; `null`: none is. */
  tool: string | null;
  /** The query, the assistant's turn and what the call brought. */
  messages: Message[];
}

/** More examples to choose from would bring little more. */
const MOST = 5000;
/** Longest part of a tool's result that is shown. */
const MOST_RESULT = 400;

/**
 * Examples of the training split, in an order that the seed draws. A trace counts as training data by its content, as `build-data` dealt it out, so
 * that none of the held-out split gets in.
 * @throws ToolkitError (input) where there are none
 */
export async function trainingExamples(context: Context, settings: Settings): Promise<Example[]> {
  const samples = dirname(heldOutPath(context));
  const { splits } = await readDealt(samples, new Map());
  const own = traceFiles(context, settings).own.filter((path) => existsSync(path));
  let kept: { place: string; example: Example }[] = [];
  for await (const { trace } of readTraces({ own })) {
    const key = dealKey(trace);
    const example = splits.get(key) === 'train' ? exampleOf(trace) : undefined;
    if (example === undefined) continue;
    kept.push({ place: hashText(`${settings.seed} ${key} ${trace.id}`), example });
    if (kept.length > 2 * MOST) kept = firstOf(kept);
  }
  if (kept.length > 0) return firstOf(kept).map(({ example }) => example);
  throw new ToolkitError({
    kind: 'input',
    what: 'there are no traces of the training split to take examples from',
    where: samples,
    expected: 'the traces in `traces` and `imported` that `build-data` dealt out for training',
    todo: 'run `pnpm pipeline build-data` in this workspace, or take `examples` out of evaluate.systems',
  });
}

function firstOf<T extends { place: string }>(kept: readonly T[]): T[] {
  return kept.toSorted((a, b) => (a.place < b.place ? -1 : 1)).slice(0, MOST);
}

function exampleOf(trace: Trace): Example | undefined {
  const step = stepsOf(trace)[0];
  const said = step?.before.filter(({ role }) => role === 'user') ?? [];
  // With its own system message, or with more turns, it is no example of a first step.
  if (step === undefined || said.length !== 1 || step.before.length !== 1) return undefined;
  const [user] = said as [Message & { role: 'user' }];
  if (step.call === null) {
    if (step.content.trim() === '') return undefined;
    return { query: user.content, tool: null, messages: [user, { role: 'assistant', content: step.content }] };
  }
  const { call } = step;
  // Chat models want each call to have a result, also where it was not run.
  const result: Message = { role: 'tool', content: (step.result?.content ?? '').slice(0, MOST_RESULT) };
  return { query: user.content, tool: call.tool, messages: [user, { role: 'assistant', call }, result] };
}
