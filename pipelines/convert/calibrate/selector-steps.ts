import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../../core/context.ts';
import { hashJson, hashText } from '../../../core/hash.ts';
import { readJsonl } from '../../../core/jsonl.ts';
import type { Renderer } from '../../../core/prompt/renderer.ts';
import { seededRandom } from '../../../core/random.ts';
import { SampleSchema } from '../../../core/sample.ts';
import { RESPOND, type Tool } from '../../../core/tool.ts';
import { stepsOf, type Trace } from '../../../core/trace.ts';
import { samplePath } from '../../build-data/sample-path.ts';
import type { Settings } from '../../settings.ts';
import { readTraces, traceFiles } from '../../trace-files.ts';

/** A step of the validation split, as the selector is asked for it. */
export interface SelectorStep {
  /** Hash of prompt and gold. */
  id: string;
  /** Up to the selection cut. */
  prompt: string;
  /** Of the tools on offer, and `respond`. */
  names: string[];
  /** The right one. */
  gold: string;
}

/** One number is fitted: more steps would tell little more. */
const MOST = 200;

export interface StepSource {
  tools: readonly Tool[];
  renderer: Renderer;
  seed: number;
}

/**
 * Steps to see how sure the selector may be. Samples hold texts only, so that the tools on offer come from the traces; what no longer is what a sample
 * holds is left out.
 */
export async function selectorSteps(context: Context, settings: Settings, source: StepSource): Promise<SelectorStep[]> {
  const wanted = await validationPrompts(context);
  const tools = new Map(source.tools.map((tool) => [tool.id, tool]));
  const steps: SelectorStep[] = [];
  const own = wanted.size === 0 ? [] : traceFiles(context, settings).own.filter((path) => existsSync(path));
  for await (const { trace } of readTraces({ own })) {
    const prompts = wanted.get(trace.id);
    if (prompts === undefined) continue;
    steps.push(...stepsIn(trace, tools, source.renderer).filter(({ prompt }) => prompts.has(hashText(prompt))));
  }
  return steps.length > MOST ? seededRandom(source.seed, 'calibration').sample(steps, MOST) : steps;
}

/** Hashes of the selector's prompts in the validation split, by trace. */
async function validationPrompts({ workspace }: Context): Promise<Map<string, Set<string>>> {
  const path = join(workspace, 'samples', 'validation', samplePath('selector'));
  const prompts = new Map<string, Set<string>>();
  if (!existsSync(path)) return prompts;
  for await (const { spans, meta } of readJsonl(path, SampleSchema)) {
    const ofTrace = prompts.get(meta.trace) ?? new Set();
    prompts.set(meta.trace, ofTrace);
    let prompt = '';
    for (const { text, train } of spans) {
      if (train) ofTrace.add(hashText(prompt));
      prompt += text;
    }
  }
  return prompts;
}

function stepsIn(trace: Trace, tools: ReadonlyMap<string, Tool>, renderer: Renderer): SelectorStep[] {
  const onOffer = trace.tools.flatMap((id) => tools.get(id) ?? []);
  const names = [...onOffer.map(({ promptName }) => promptName), RESPOND];
  if (names.length <= trace.tools.length) return [];
  return stepsOf(trace).flatMap(({ before, call }) => {
    const gold = call === null ? RESPOND : tools.get(call.tool)?.promptName;
    if (gold === undefined || !names.includes(gold)) return [];
    const prompt = renderer.selectorPrompt(before, onOffer);
    return [{ id: hashJson([prompt, gold]), prompt, names, gold }];
  });
}
