import { ToolkitError } from '../../core/errors.ts';
import type { Tokenizer } from '../../core/tokenizer.ts';
import { refuseOtherTokenizer, type TokenizingServer } from '../refuse-other-tokenizer.ts';
import type { CompletionsServer, ListedModel } from './completions-server.ts';
import { type ScoreSource, scoreCandidates } from './token-scores.ts';

/** What a server showed when it was asked. */
export interface ServerTraits {
  /** The name of the base there. */
  base: string;
  /** Names of adapters that it has. */
  adapters: string[];
  loadsAdapters: boolean;
  /** Absent: it tells no exact log-probabilities of given tokens. */
  scores?: ScoreSource;
  /** How a grammar stands in a request; absent: it takes none. */
  grammar?: GrammarMember;
}

/** vLLM's two ways, the newer one first; its `guided_…` members went in 0.12. The grammars are GBNF, which xgrammar reads. */
const GRAMMAR_MEMBERS = {
  structured_outputs: (grammar: string) => ({ structured_outputs: { grammar } }),
  guided_grammar: (grammar: string) => ({ guided_grammar: grammar }),
};
export type GrammarMember = keyof typeof GRAMMAR_MEMBERS;

/** The member of a request that holds its answer to a grammar (GBNF). */
export function grammarMember(member: GrammarMember, grammar: string): Record<string, unknown> {
  return GRAMMAR_MEMBERS[member](grammar);
}

export interface Served {
  /** The name of the base on the server; absent: the first that is no adapter. */
  model?: string;
  tokenizer: Tokenizer;
  contextSize: number;
}

/**
 * Asks a server what it can do, by requests of a few tokens: unknown members are passed over there, so that only what comes back tells.
 * @throws ToolkitError (input) where it serves another base, or has less room than prompts need
 */
export async function probeServer(server: CompletionsServer, served: Served): Promise<ServerTraits> {
  const models = await server.models();
  const base = baseAmong(models, server.where, served);
  await refuseOtherTokenizer(tokenizing(server, base), served.tokenizer);
  const adapters = models.map(({ id }) => id).filter((id) => id !== base);
  const prompt = served.tokenizer.encode('one two three');
  const [loadsAdapters, scores, grammar] = await Promise.all([
    takesAdapters(server),
    scoreSource(server, base, prompt, served.tokenizer),
    grammarForm(server, base, prompt),
  ]);
  return { base, adapters, loadsAdapters, scores, grammar };
}

function baseAmong(models: readonly ListedModel[], where: string, { model, contextSize }: Served): string {
  const bases = models.filter(({ parent }) => parent == null);
  const base = model === undefined ? bases[0] : bases.find(({ id }) => id === model);
  const wrong = (what: string, expected: string, found: string, todo: string) =>
    new ToolkitError({ kind: 'input', what, where, expected, found, todo });
  if (base === undefined) {
    const found = bases.map(({ id }) => id).join(', ') || 'none';
    throw wrong('the server does not have that base', model ?? 'a base', found, 'correct `engine.openai.model`');
  }
  const room = base.max_model_len ?? contextSize;
  if (room >= contextSize) return base.id;
  const todo = `start it with --max-model-len ${contextSize}, or lower \`contextLength\``;
  throw wrong('the server has too short a context', `${contextSize} tokens`, `${room} tokens`, todo);
}

/** Asks for nothing: where the path is there, that is refused for what it lacks. vLLM has it only with VLLM_ALLOW_RUNTIME_LORA_UPDATING. */
async function takesAdapters(server: CompletionsServer): Promise<boolean> {
  const { status } = await server.post('/load_lora_adapter', {});
  return status !== 404 && status !== 405;
}

/** Servers without `/tokenize` are believed. */
function tokenizing({ post, where }: CompletionsServer, model: string): TokenizingServer {
  const path = `${where.replace(/\/v1\/?$/, '')}/tokenize`;
  return {
    where,
    todo: 'serve the base that `base` in workspace.yaml names',
    async tokensOf(prompt) {
      const { status, answer } = await post(path, { model, prompt, add_special_tokens: false });
      const tokens = status === 200 ? (answer as { tokens?: unknown } | undefined)?.tokens : undefined;
      return Array.isArray(tokens) ? tokens : undefined;
    },
  };
}

async function scoreSource(
  server: CompletionsServer,
  model: string,
  prompt: readonly number[],
  tokenizer: Tokenizer,
): Promise<ScoreSource | undefined> {
  const ids = [...new Set(['a', 'Z', '7', '%'].map((text) => tokenizer.encode(text)[0]!))];
  for (const source of ['logprob_token_ids', 'prompt_logprobs'] as const) {
    const scores = scoreCandidates((asked) => server.complete({ model, ...asked }), source, prompt, ids);
    const total = await scores.then((all) => all.reduce((sum, score) => sum + Math.exp(score), 0)).catch(refused);
    if (total !== undefined && total <= 1.001) return source;
  }
  return undefined;
}

async function grammarForm(
  server: CompletionsServer,
  model: string,
  prompt: readonly number[],
): Promise<GrammarMember | undefined> {
  for (const member of ['structured_outputs', 'guided_grammar'] as const) {
    const grammar = grammarMember(member, 'root ::= "<" char{2,3} ">"\nchar ::= [^"\\\\\\x00-\\x1F]\n');
    const answer = await server.complete({ model, prompt, max_tokens: 12, temperature: 0, ...grammar }).catch(refused);
    if (/^<[^"\\]{2,3}>$/.test(answer?.choices[0]?.text ?? '')) return member;
  }
  return undefined;
}

/** What the server refuses, or does otherwise than it should, it cannot do; other trouble is trouble. */
function refused(error: unknown): undefined {
  if (error instanceof ToolkitError && error.kind === 'input') return undefined;
  throw error;
}
