import type {
  ControlledEvaluateIndexOutput,
  ControlledEvaluateInputItem,
  LlamaContextSequence,
  Token,
} from 'node-llama-cpp';
import { ToolkitError } from '../../core/errors.ts';
import type { Usage } from '../engine.ts';
import { type Decoder, NEAR_TIE, type Preference } from './decode-drafted.ts';
import type { GrammarCursor } from './grammar-cursor.ts';

/** So many tokens a closer look sees. */
const RANKED = 32;
/** Sum of all weights, where the largest is one, below which no other token is a near tie. */
const CLEAR_WEIGHT = 1 + Math.exp(-NEAR_TIE);

/** A sequence of llama.cpp. */
export function llamaCppDecoder(sequence: LlamaContextSequence, usage: Usage): Decoder {
  return {
    async evaluate(tokens, drafted, closely) {
      const asked = tokens.length - 1 - drafted;
      usage.evaluations += 1;
      const outputs = await sequence.controlledEvaluate(
        tokens.map((token, index) =>
          index < asked ? (token as Token) : preferring(token, closely && index === asked),
        ),
      );
      return outputs.slice(asked).map(preference);
    },
    async evaluatePlainly(groups, cursor) {
      usage.evaluations += groups.length;
      for (const group of groups.slice(0, -1)) await sequence.evaluateWithoutGeneratingNewTokens([...group] as Token[]);
      return sample(sequence, groups.at(-1)!, cursor);
    },
    async forget(count) {
      const end = sequence.nextTokenIndex;
      if (count > 0) await sequence.eraseContextTokenRanges([{ start: end - count, end }]);
    },
  };
}

/** Asks for the best token after this one and the sum of all weights, which come without sorting the vocabulary; for more of the best only where needed. */
function preferring(token: number, closely: boolean): ControlledEvaluateInputItem {
  const filter = closely ? { tokens: [], includeTop: RANKED } : { tokens: [], includeSelected: true };
  const generateNext = { logits: { filter }, totalLogitWeight: true, options: { temperature: 0 } };
  return [token as Token, { generateNext }];
}

function preference(output: ControlledEvaluateIndexOutput | undefined): Preference {
  const { logits, totalLogitWeight } = output?.next ?? {};
  if (logits === undefined || logits.size === 0 || totalLogitWeight === undefined)
    throw new ToolkitError({ kind: 'failed', what: 'llama.cpp preferred no token' });
  const ranked = Array.from(logits, ([token, logit]) => ({ token, logit }));
  return { ranked, isClear: totalLogitWeight < CLEAR_WEIGHT };
}

async function sample(
  sequence: LlamaContextSequence,
  tokens: readonly number[],
  { state }: GrammarCursor,
): Promise<number> {
  const options = { temperature: 0, yieldEogToken: true, grammarEvaluationState: state };
  for await (const token of sequence.evaluate([...tokens] as Token[], options)) return token;
  throw new ToolkitError({ kind: 'failed', what: 'llama.cpp sampled no token' });
}
