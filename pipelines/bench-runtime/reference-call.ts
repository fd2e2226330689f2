import { z } from 'zod';
import type { Renderer } from '../../core/prompt/renderer.ts';
import type { Tool } from '../../core/tool.ts';
import type { ServerLink } from '../../runtime/llama-server/server-link.ts';
import type { ArgumentCase } from './argument-case.ts';
import { WARM } from './led-call.ts';

/** Of which a majority is taken. */
export const SAMPLES = 10;

const AnswersSchema = z.union([
  z.object({ content: z.string() }).transform((answer) => [answer]),
  z.array(z.object({ content: z.string() })),
]);

export interface ReferenceParts {
  link: ServerLink;
  tokenize(text: string): number[];
  renderer: Renderer;
  /** What the server calls its adapters. */
  ids: readonly number[];
}

/** What one prompt is sent with. */
export interface Asked {
  /** The adapter's id; absent: the base. */
  adapter?: number;
  slot: number;
  tokens: number;
  samples?: number;
  stop?: string[];
}

/**
 * Completions by llama-server. Of `samples` the prompt is evaluated once and the others get its state (`n`), in the server's first slots; they are sampled at
 * temperature 1, as the reference implementation does.
 */
export async function completions(
  { link, tokenize, ids }: ReferenceParts,
  prompt: string,
  { adapter, slot, tokens, samples = 1, stop }: Asked,
): Promise<string[]> {
  const answers = await link.ask('/completion', AnswersSchema, {
    prompt: tokenize(prompt),
    n: samples,
    temperature: 1,
    n_predict: tokens,
    ...(stop === undefined ? { ignore_eos: true } : { stop }),
    id_slot: slot,
    cache_prompt: true,
    lora: ids.map((id) => ({ id, scale: id === adapter ? 1 : 0 })),
    response_fields: ['content'],
  });
  return answers.map(({ content }) => content);
}

/** Which adapters the reference's way takes, and in which slots their prompts are warm. */
export interface ReferenceAdapters {
  selector: number;
  arguments: number;
  /** Not one of the first ones, which samples use. */
  argumentSlot: number;
}

/**
 * Milliseconds of a call as the reference implementation makes it (AgentFlux, its classifier and its tool adaptor): ten completions of the tool's name by the
 * selector at temperature 1, of which the majority counts, then a whole call by the tool's adapter, behind a prompt that lists that tool. As many tokens are
 * written as the gold call has. The tools of both prompts are warm.
 */
export async function referenceCall(
  parts: ReferenceParts,
  { selector, arguments: own, argumentSlot }: ReferenceAdapters,
  { messages, tool, ...one }: ArgumentCase,
  tools: readonly Tool[],
): Promise<number> {
  const { renderer } = parts;
  const [named, whole] = referenceLengths(parts, { tool, ...one });
  const steps = [
    { tools, asked: { adapter: selector, slot: 0, samples: SAMPLES }, tokens: named },
    { tools: [tool], asked: { adapter: own, slot: argumentSlot }, tokens: whole },
  ];
  let spent = 0;
  for (const { tools: listed, asked, tokens } of steps) {
    await completions(parts, renderer.generationPrompt(WARM, listed), { ...asked, samples: 1, tokens: 1 });
    const prompt = renderer.generationPrompt(messages, listed);
    const began = performance.now();
    await completions(parts, prompt, { ...asked, tokens });
    spent += performance.now() - began;
  }
  return spent;
}

/** Tokens of the two completions; so often the model is evaluated, for the samples together. */
export function referenceLengths(
  { renderer, tokenize }: Pick<ReferenceParts, 'renderer' | 'tokenize'>,
  { tool, arguments: args }: Pick<ArgumentCase, 'tool' | 'arguments'>,
): [name: number, call: number] {
  const text = (given: Record<string, unknown>) =>
    renderer.completion({ call: { tool, arguments: given }, content: '' });
  return [tokenize(nameOnly(text({}))).length, tokenize(text(args)).length];
}

/** What the reference trains its selector to write: `{"name": "X"}` in the place of the whole call. */
function nameOnly(call: string): string {
  return call.replace(/,\s*"(arguments|parameters)":\s*\{\}/, '');
}
