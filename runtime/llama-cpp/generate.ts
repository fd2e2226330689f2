import type { LlamaContextSequence, LlamaModel, Token } from 'node-llama-cpp';
import { ToolkitError } from '../../core/errors.ts';
import { decodeDrafted } from '../drafting/decode-drafted.ts';
import { createDrafter } from '../drafting/drafter.ts';
import { type GrammarCursor, grammarCursor } from '../drafting/grammar-cursor.ts';
import { llamaCppDecoder } from '../drafting/llama-cpp-decoder.ts';
import type { Generated, GenerateOptions, Usage } from '../engine.ts';
import { textPieces } from '../text-pieces.ts';

export interface Generation {
  model: LlamaModel;
  sequence: LlamaContextSequence;
  /** Of the prompt, what the sequence does not hold yet; not empty. */
  pending: readonly number[];
  /** Most tokens. */
  most: number;
  usage: Usage;
}

/** Greedy. Tokens are drafted where there is a grammar and the cache can drop the last ones. */
export async function generate(
  generation: Generation,
  prompt: readonly number[],
  options: GenerateOptions,
): Promise<Generated> {
  const { model, sequence, most, usage } = generation;
  const isStop = stopTest(model, options.stop);
  const cursor = options.grammar === undefined ? undefined : await grammarCursor(model, options.grammar);
  const drafted = cursor !== undefined && options.drafts !== false && !sequence.needsCheckpoints;
  const steps = drafted
    ? decodeDrafted(llamaCppDecoder(sequence, usage), {
        drafter: createDrafter(model, prompt),
        cursor,
        isStop,
        prompt: generation.pending,
        most,
      })
    : decodePlainly(generation, cursor);
  const tokens: number[] = [];
  const pieces = options.onText && textPieces(model);
  let stopped = false;
  if (most > 0) {
    for await (const token of steps) {
      options.signal?.throwIfAborted();
      usage.generated += 1;
      stopped = isStop(token);
      if (!stopped) tokens.push(token);
      const isEnough = !stopped && pieces && !tell(options, pieces.add(token));
      if (stopped || isEnough || tokens.length >= most) break;
    }
  }
  if (pieces) tell(options, pieces.end());
  return { tokens, text: model.detokenize(tokens as Token[], true), stopped };
}

/** @returns whether more is wanted */
function tell({ onText }: GenerateOptions, piece: string): boolean {
  return piece === '' || onText?.(piece) !== false;
}

async function* decodePlainly(
  { sequence, pending, usage }: Generation,
  cursor: GrammarCursor | undefined,
): AsyncGenerator<number, void, undefined> {
  const steps = sequence.evaluate([...pending] as Token[], {
    temperature: 0,
    yieldEogToken: true,
    ...(cursor === undefined ? {} : { grammarEvaluationState: cursor.state }),
  });
  for await (const token of steps) {
    usage.evaluations += 1;
    yield token;
  }
}

function stopTest(model: LlamaModel, stop: string): (token: number) => boolean {
  const stopTokens = model.tokenize(stop, true);
  if (stopTokens.length !== 1) {
    throw new ToolkitError({
      kind: 'input',
      what: `the stop text ${JSON.stringify(stop)} is not one token of this model`,
      found: `${stopTokens.length} tokens`,
    });
  }
  return (token) => token === stopTokens[0] || model.isEogToken(token as Token);
}
