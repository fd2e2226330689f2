import { z } from 'zod';
import { SampleSchema } from '../../core/sample.ts';
import type { Tokenizer } from '../../core/tokenizer.ts';
import type { SampleLengths } from '../../trainers/memory/sample-lengths.ts';
import { sampleLines } from './sample-lines.ts';
import { sharedLength } from './shared-length.ts';

/** Lengths kept of each prompt: more than a batch holds. */
const KEPT = 512;

const LineSchema = SampleSchema.pick({ spans: true }).extend({ meta: z.object({ augmented: z.unknown().optional() }) });
type Line = z.infer<typeof LineSchema>;

/**
 * How long the samples of a file are, by the prompt that they share. Of each prompt the longest sample, what all share and the most trained one are
 * tokenized; the others' lengths follow from their characters. Lines that are no samples are passed over: they are the trainer's business.
 */
export async function measureSamples(path: string, tokenizer: Tokenizer): Promise<SampleLengths[]> {
  return (await readPrompts(path)).map((prompt) => measurePrompt(prompt, tokenizer));
}

/** Samples that share a prompt. */
interface Prompt {
  /** Characters of each. */
  characters: number[];
  longest: string;
  /** What all begin with, before anything is trained. */
  prefix: string;
  /** Texts of the trained spans of the most trained one. */
  trained: string[];
}

async function readPrompts(path: string): Promise<Prompt[]> {
  const prompts = new Map<string, Prompt>();
  for await (const { sample } of sampleLines(path, LineSchema)) {
    if (sample === undefined) continue;
    const key = JSON.stringify(sample.meta.augmented) ?? '';
    prompts.set(key, withSample(prompts.get(key), sample));
  }
  return [...prompts.values()];
}

function withSample(known: Prompt | undefined, { spans }: Line): Prompt {
  const text = spans.map((span) => span.text).join('');
  const trained = spans.filter((span) => span.train).map((span) => span.text);
  const first = spans.findIndex((span) => span.train);
  const before = spans.slice(0, Math.max(0, first)).map((span) => span.text);
  const prompt = known ?? { characters: [], longest: '', prefix: before.join(''), trained: [] };
  prompt.characters.push(text.length);
  if (text.length > prompt.longest.length) prompt.longest = text;
  if (size(trained) > size(prompt.trained)) prompt.trained = trained;
  prompt.prefix = prompt.prefix.slice(0, sharedLength(prompt.prefix, before.join('')));
  return prompt;
}

function size(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}

function measurePrompt({ characters, longest, prefix, trained }: Prompt, { encode }: Tokenizer): SampleLengths {
  const tokens = encode(longest).length;
  const shared = encode(prefix).length;
  const own = Math.max(1, tokens - shared);
  // Tokens a character behind the prompt: text of users and calls, not of schemas.
  const density = own / Math.max(1, longest.length - prefix.length);
  const suffixes = characters.map((length) => Math.min(own, Math.ceil((length - prefix.length) * density)));
  return {
    samples: characters.length,
    longest: tokens,
    prefix: shared,
    own: suffixes.reduce((sum, length) => sum + length, 0),
    suffixes: suffixes.toSorted((a, b) => b - a).slice(0, KEPT),
    trained: trained.reduce((sum, text) => sum + encode(text).length, 0),
  };
}
