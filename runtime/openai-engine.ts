import { ToolkitError } from '../core/errors.ts';
import { hashText } from '../core/hash.ts';
import type { Tokenizer } from '../core/tokenizer.ts';
import type { AdapterFile, Engine } from './engine.ts';
import { AdapterShelf, type ServedAdapter } from './openai/adapter-shelf.ts';
import { completionsServer } from './openai/completions-server.ts';
import type { OpenAiAccess } from './openai/openai-client.ts';
import { createSession } from './openai/openai-session.ts';
import { probeServer, type Served } from './openai/server-traits.ts';

/** An adapter in PEFT's form; `session` calls it by its name. */
export interface PeftAdapter extends ServedAdapter {
  /** Works from its invocation on (aLoRA). */
  activated: boolean;
}

export interface OpenAiEngineOptions extends OpenAiAccess, Served {
  /** The base's own tokenizer: prompts are token ids. */
  tokenizer: Tokenizer;
  /** Most tokens of prompt and answer together; the server's own limit may not be smaller. */
  contextSize: number;
  adapters: readonly PeftAdapter[];
  /** Most adapters that are loaded at a time. */
  maxAdapters: number;
  /** How often one is tried where the server is busy or broken. */
  tries: number;
}

/** vLLM batches what comes together; many more would wait there, each with an adapter in use. */
const PARALLEL = 16;

/**
 * An engine on a server that speaks OpenAI's completions protocol as vLLM does; what it can do is asked at the start. Adapters are chosen by the
 * model's name, and loaded and unloaded while it runs where it allows that.
 * @throws ToolkitError where the server cannot be reached, serves another base or has too short a context
 */
export async function openOpenAiEngine(options: OpenAiEngineOptions): Promise<Engine> {
  const { tokenizer, contextSize, maxAdapters } = options;
  const ending = new AbortController();
  const server = completionsServer({ ...options, ending: ending.signal });
  const traits = await probeServer(server, options);
  const { loadsAdapters, scores, grammar } = traits;
  const shelf = new AdapterShelf(server, { loads: loadsAdapters, listed: traits.adapters, limit: maxAdapters });
  const reuse = { prefixes: true, requests: 0 };
  const apart = () => (reuse.prefixes ? {} : { cache_salt: hashText(`${performance.timeOrigin} ${reuse.requests++}`) });
  const parts = { server, traits, shelf, tokenizer, contextSize, apart };
  return {
    abilities: {
      loadsAdapters,
      reusesPrefixes: true,
      probabilities: scores !== undefined,
      grammar: grammar !== undefined,
      parallel: PARALLEL,
    },
    reusePrefixes(enabled) {
      reuse.prefixes = enabled;
    },
    tokenize: tokenizer.encode,
    detokenize: tokenizer.decode,
    async session(file) {
      const adapter = file && servedAdapter(file, options.adapters);
      // Whether it loads is told here, and not by the first request.
      if (adapter) await shelf.use(adapter, async () => {});
      return createSession(parts, adapter);
    },
    async close() {
      await shelf.close();
      ending.abort(new Error('the engine was closed'));
    },
  };
}

/** @throws ToolkitError (input) where vLLM would answer as if it were another adapter */
function servedAdapter({ name, path }: AdapterFile, adapters: readonly PeftAdapter[]): ServedAdapter {
  const adapter = adapters.find((one) => one.name === name);
  if (adapter === undefined) {
    throw new ToolkitError({
      kind: 'input',
      what: `the adapter ${name} is not known in PEFT form`,
      where: path,
      found: adapters.map((one) => one.name).join(', ') || 'none',
    });
  }
  if (adapter.activated) {
    throw new ToolkitError({
      kind: 'input',
      what: `the adapter ${name} is activated (aLoRA), and vLLM has no such adapters: it would apply it to the whole prompt`,
      where: adapter.folder,
      todo: 'serve it with `engine: {name: llama-cpp}`, or train with `method: shared-prefix`',
    });
  }
  return adapter;
}
