import { LlamaGrammarEvaluationState, type LlamaModel } from 'node-llama-cpp';
import { messageOf, ToolkitError } from '../../core/errors.ts';

/** Where a text stands in a grammar. */
export interface GrammarCursor {
  /** What llama.cpp's sampler takes, and moves on by each token that it samples. */
  readonly state: LlamaGrammarEvaluationState;
  allows(token: number): boolean;
  /** Moves on by a token that is allowed and no end of the text. */
  accept(token: number): void;
  clone(): GrammarCursor;
}

/** How node-llama-cpp's own token prediction asks a grammar; it is no part of its public interface. */
interface GrammarTests {
  canBeNextTokenForGrammarEvaluationState(state: unknown, token: number): boolean;
  acceptGrammarEvaluationStateToken(state: unknown, token: number): void;
}

/** At the beginning of a GBNF grammar. @throws ToolkitError where llama.cpp refuses it */
export async function grammarCursor(model: LlamaModel, grammar: string): Promise<GrammarCursor> {
  try {
    const parsed = await model.llama.createGrammar({ grammar });
    return cursorAt(grammarTests(model), new LlamaGrammarEvaluationState({ model, grammar: parsed }));
  } catch (error) {
    throw new ToolkitError({
      kind: 'failed',
      what: `llama.cpp refuses the grammar: ${messageOf(error)}`,
      cause: error,
    });
  }
}

function cursorAt(tests: GrammarTests, state: LlamaGrammarEvaluationState): GrammarCursor {
  const { _state: native } = state as unknown as { _state: unknown };
  return {
    state,
    allows: (token) => tests.canBeNextTokenForGrammarEvaluationState(native, token),
    accept: (token) => tests.acceptGrammarEvaluationStateToken(native, token),
    clone: () => cursorAt(tests, state.clone()),
  };
}

function grammarTests({ llama }: LlamaModel): GrammarTests {
  const { _bindings: bindings } = llama as unknown as { _bindings?: { AddonSampler?: GrammarTests } };
  if (bindings?.AddonSampler === undefined) throw new Error('this release of node-llama-cpp cannot test a token');
  return bindings.AddonSampler;
}
