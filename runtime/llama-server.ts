import { existsSync } from 'node:fs';
import PQueue from 'p-queue';
import { z } from 'zod';
import { ToolkitError } from '../core/errors.ts';
import type { Tokenizer } from '../core/tokenizer.ts';
import type { AdapterFile, Engine } from './engine.ts';
import { type ServedAdapter, servedAdapters } from './llama-server/served-adapters.ts';
import { linkTo, type ServerAddress, type ServerLink } from './llama-server/server-link.ts';
import { type ServerProgram, startServerProcess } from './llama-server/server-process.ts';
import { createSession } from './llama-server/session.ts';
import { Slots } from './llama-server/slots.ts';
import { refuseOtherTokenizer, type TokenizingServer } from './refuse-other-tokenizer.ts';

export interface LlamaServerOptions {
  /** What to start, or one that runs already and that nobody else uses. */
  server: ServerProgram | ServerAddress;
  /** Of the base. */
  tokenizer: Tokenizer;
  /** All that sessions will be opened for. */
  adapters: readonly AdapterFile[];
  /** Most tokens of prompt and answer together. */
  contextSize: number;
  /** How many prompts are kept warm at a time, each in a cache of contextSize tokens. Default: one for the base and for each adapter, at most 16. */
  slots?: number;
  /** Ends the start of a server. One that has started goes on until `close`: who uses it gives requests a signal. */
  signal?: AbortSignal;
}

const MOST_SLOTS = 16;

const PropsSchema = z.looseObject({
  total_slots: z.number().int(),
  default_generation_settings: z.looseObject({ n_ctx: z.number().int() }),
});

/**
 * Opens a base and its adapters in a llama-server process: one that is started here and ended by `close`, or one that runs already.
 * Each adapter has a slot of its own; activated ones share one. Requests run one after another.
 * @throws ToolkitError where it does not start, lacks an adapter, or does not belong to the base
 */
export async function openLlamaServer(options: LlamaServerOptions): Promise<Engine> {
  const { server, signal } = options;
  if ('url' in server) return openLink(options, linkTo(server), async () => {});
  const paths = [...new Set(options.adapters.map(({ path }) => path))];
  for (const path of [server.model, ...paths]) refuseMissing(path);
  const slots = options.slots ?? Math.min(MOST_SLOTS, 1 + paths.length);
  const { contextSize } = options;
  await using opening = new AsyncDisposableStack();
  const running = await startServerProcess(server, { adapters: paths, contextSize, slots }, signal);
  opening.defer(running.stop);
  const engine = await openLink(options, linkTo(running, running.whyGone), running.stop);
  opening.move();
  return engine;
}

async function openLink(options: LlamaServerOptions, link: ServerLink, stop: () => Promise<void>): Promise<Engine> {
  const { tokenizer, contextSize } = options;
  const slots = new Slots(await slotCount(link, options));
  await refuseOtherTokenizer(tokenizing(link), tokenizer);
  const { adapters, ids } = await servedAdapters(link, options.adapters);
  const queue = new PQueue({ concurrency: 1 });
  const reuse = { prefixes: true };
  const shared = { link, slots, queue, tokenizer, contextSize, ids, ends: new Map<string, boolean>(), reuse };
  return {
    abilities: { loadsAdapters: false, reusesPrefixes: true, probabilities: true, grammar: true, parallel: 1 },
    reusePrefixes(enabled) {
      reuse.prefixes = enabled;
    },
    tokenize: tokenizer.encode,
    detokenize: tokenizer.decode,
    async session(file) {
      const adapter = file && loadedAdapter(adapters, file);
      return createSession(shared, adapter);
    },
    async close() {
      await queue.onIdle();
      await stop();
    },
  };
}

const TokensSchema = z.looseObject({ tokens: z.array(z.number().int()) });

function tokenizing(link: ServerLink): TokenizingServer {
  return {
    where: 'llama-server',
    todo: 'start it with the GGUF file that `pnpm pipeline convert` made of this base',
    async tokensOf(content) {
      const body = { content, add_special: false, parse_special: true };
      return (await link.ask('/tokenize', TokensSchema, body)).tokens;
    },
  };
}

/** @throws ToolkitError (input) where its slots are too small */
async function slotCount(link: ServerLink, { contextSize, slots, adapters }: LlamaServerOptions): Promise<number> {
  const { total_slots: total, default_generation_settings: settings } = await link.ask('/props', PropsSchema);
  if (settings.n_ctx >= contextSize) return Math.max(1, Math.min(slots ?? total, total, 1 + adapters.length));
  throw new ToolkitError({
    kind: 'input',
    what: 'the context of a llama-server slot is too small',
    expected: `${contextSize} tokens`,
    found: `${settings.n_ctx} tokens`,
    todo: `start it with \`--parallel ${total} --ctx-size ${contextSize * total}\``,
  });
}

function loadedAdapter(adapters: readonly ServedAdapter[], { name, path }: AdapterFile): ServedAdapter {
  const adapter = adapters.find((one) => one.path === path);
  if (adapter !== undefined) return adapter;
  throw new ToolkitError({
    kind: 'input',
    what: `the adapter ${name} is none of those that llama-server was opened with`,
    where: path,
    expected: adapters.map((one) => one.path).join(', ') || 'no adapter',
  });
}

function refuseMissing(path: string): void {
  if (existsSync(path)) return;
  throw new ToolkitError({
    kind: 'input',
    what: 'there is no such file',
    where: path,
    todo: 'run the convert stage first',
  });
}
