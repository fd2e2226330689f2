import { join } from 'node:path';
import { z } from 'zod';
import type { StageEvent } from '../../../core/event.ts';
import type { Renderer } from '../../../core/prompt/renderer.ts';
import type { AdapterFile } from '../../../runtime/engine.ts';
import { selectName } from '../../../runtime/selector.ts';
import { openRecordLog } from '../../record-log.ts';
import type { ConvertInputs } from '../inputs.ts';
import { openServed } from '../open-served.ts';
import type { JudgedSelection } from './fit-temperature.ts';
import type { SelectorStep } from './selector-steps.ts';

/** A dot file: an interrupted run goes on from it, and it goes when the bundle is complete. */
const LOG = '.selections.jsonl';

const RecordSchema = z.object({ step: z.string(), shares: z.array(z.number()), right: z.boolean() });

export interface JudgeOptions {
  /** Folder of the bundle in the making. */
  place: string;
  /** In it. */
  selector: AdapterFile;
  renderer: Renderer;
  signal: AbortSignal;
}

/** Has the selector select for each step, as it is served. */
export async function* judgeSelections(
  inputs: ConvertInputs,
  steps: readonly SelectorStep[],
  { place, selector, renderer, signal }: JudgeOptions,
): AsyncGenerator<StageEvent, JudgedSelection[], undefined> {
  await using open = new AsyncDisposableStack();
  const log = await openRecordLog(join(place, LOG), RecordSchema);
  open.defer(() => log.writer.close());
  const done = new Map<string, JudgedSelection>(log.records.map(({ step, ...judged }) => [step, judged]));
  const engine = await openServed(inputs, place);
  open.defer(() => engine.close());
  const session = await engine.session(selector);
  for (const [index, { id, prompt, names, gold }] of steps.entries()) {
    if (done.has(id)) continue;
    signal.throwIfAborted();
    const { promptName, ranked } = await selectName(engine, session, renderer, prompt, names, signal);
    const judged = { shares: ranked!.map(({ probability }) => probability), right: promptName === gold };
    done.set(id, judged);
    await log.writer.write({ step: id, ...judged });
    yield {
      type: 'progress',
      stage: 'convert',
      done: index + 1,
      total: steps.length,
      note: 'how sure the selector is',
    };
  }
  return steps.map(({ id }) => done.get(id)!);
}
