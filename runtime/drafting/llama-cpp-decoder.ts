import type {
  ControlledEvaluateIndexOutput,
  ControlledEvaluateInputItem,
  LlamaContextSequence,
  Token,
} from 'node-llama-cpp';
import { ToolkitError } from '../../core/errors.ts';
import type { Usage } from '../engine.ts';
import type { Decoder, Preference } from './decode-drafted.ts';
import type { GrammarCursor } from './grammar-cursor.ts';

/**
 * Two tokens whose logits are less apart are a near tie. Tokens that are evaluated together got logits up to 0.005 apart from those one by one
 * (16-bit weights, on a processor; 0.00001 with 32 bits).
 */
const NEAR_TIE = 0.02;
/** Sum of all weights, where the largest is one, above which another token may be a near tie. */
const CLEAR_WEIGHT = 1 + Math.exp(-NEAR_TIE);

/** A sequence of llama.cpp. */
export function llamaCppDecoder(sequence: LlamaContextSequence, usage: Usage): Decoder {
  return {
    async evaluate(tokens, drafted) {
      const asked = tokens.length - 1 - drafted;
      usage.evaluations += 1;
      const outputs = await sequence.controlledEvaluate(
        tokens.map((token, index) => (index < asked ? (token as Token) : preferring(token))),
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

/** Asks for the most probable token after this one, and for the sum of all weights: both come without sorting the vocabulary. */
function preferring(token: number): ControlledEvaluateInputItem {
  return [token as Token, { generateNext: { token: true, totalLogitWeight: true, options: { temperature: 0 } } }];
}

function preference(output: ControlledEvaluateIndexOutput | undefined): Preference {
  const { token, totalLogitWeight } = output?.next ?? {};
  if (token === undefined || token === null || totalLogitWeight === undefined)
    throw new ToolkitError({ kind: 'failed', what: 'llama.cpp preferred no token' });
  return { token, isClose: totalLogitWeight > CLEAR_WEIGHT };
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
