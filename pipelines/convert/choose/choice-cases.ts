import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hashJson } from '../../../core/hash.ts';
import { readJsonl } from '../../../core/jsonl.ts';
import { seededRandom } from '../../../core/random.ts';
import { SampleSchema } from '../../../core/sample.ts';
import type { Tool } from '../../../core/tool.ts';
import { samplePath } from '../../build-data/sample-path.ts';

/** One call of a tool in the validation split. */
export interface ChoiceCase {
  /** Hash of prompt and gold. */
  id: string;
  /** Up to the arguments cut. */
  prompt: string;
  /** What is right behind it, through the stop token. */
  gold: string;
}

/** More calls of a tool would tell little more, and take as long as an evaluation. */
const MOST = 40;

/** The calls of a tool to try adapters on. */
export async function choiceCases(workspace: string, { slug }: Tool, seed: number): Promise<ChoiceCase[]> {
  const path = join(workspace, 'samples', 'validation', samplePath('arguments', slug));
  const cases: ChoiceCase[] = [];
  if (!existsSync(path)) return cases;
  for await (const { spans } of readJsonl(path, SampleSchema)) {
    let prompt = '';
    for (const { text, train } of spans) {
      if (train) cases.push({ id: hashJson([prompt, text]), prompt, gold: text });
      prompt += text;
    }
  }
  return cases.length > MOST ? seededRandom(seed, 'choice', slug).sample(cases, MOST) : cases;
}
