import { existsSync } from 'node:fs';
import { InsufficientMemoryError, type LlamaContextSequence, type LlamaModel } from 'node-llama-cpp';
import { messageOf, ToolkitError } from '../core/errors.ts';
import type { AdapterFile } from './engine.ts';

export interface ContextSettings {
  contextSize: number;
  threads: number;
  kvType: 'f16' | 'f32';
  onCpu: boolean;
  /** Most contexts that are open at a time. */
  limit: number;
  /** The engine's last log lines, for messages. */
  log(): string;
}

export interface ContextPool {
  /** The sequence of the base or of one adapter; the pool keeps it until others push it out. */
  sequence(adapter: AdapterFile | undefined): Promise<LlamaContextSequence>;
  /** Closes one whose state cannot be trusted any more. */
  drop(adapter: AdapterFile | undefined): Promise<void>;
}

/**
 * Contexts on one model: base weights are shared, and each adapter has a context, so a cache never holds values of another adapter.
 * The least recently used is closed where there are too many, or where memory does not suffice for one more.
 * Callers use one sequence at a time: an open one may be closed by the next request.
 */
export function createContextPool(model: LlamaModel, settings: ContextSettings): ContextPool {
  /** In the order of use, oldest first. */
  const open = new Map<string, LlamaContextSequence>();

  async function close(key: string): Promise<void> {
    const sequence = open.get(key);
    open.delete(key);
    await sequence?.context.dispose();
  }
  const closeOldest = () => close([...open.keys()][0]!);

  async function create(adapter: AdapterFile | undefined): Promise<LlamaContextSequence> {
    while (open.size >= settings.limit) await closeOldest();
    for (;;) {
      try {
        return await createSequence(model, settings, adapter);
      } catch (error) {
        if (!(error instanceof InsufficientMemoryError) || open.size === 0) throw explain(error, adapter, settings);
        await closeOldest();
      }
    }
  }

  return {
    async sequence(adapter) {
      const key = keyOf(adapter);
      const sequence = open.get(key) ?? (await create(adapter));
      open.delete(key);
      open.set(key, sequence);
      return sequence;
    },
    drop: (adapter) => close(keyOf(adapter)),
  };
}

function keyOf(adapter: AdapterFile | undefined): string {
  return adapter?.path ?? '';
}

/**
 * On a CPU, flash attention takes 25 ms a token where plain attention takes 7 (2,400 tokens before it, 5M parameters), and a call on a warm
 * prefix is a few dozen tokens. Small batches then cost nothing and keep the attention's buffer small, as each adapter has its own.
 */
const ON_CPU = { flashAttention: false, batchSize: 128 };

async function createSequence(
  model: LlamaModel,
  { contextSize, threads, kvType, onCpu }: ContextSettings,
  adapter: AdapterFile | undefined,
): Promise<LlamaContextSequence> {
  if (adapter !== undefined && !existsSync(adapter.path)) throw new Error('there is no such file');
  const type = kvType === 'f32' ? 'F32' : 'F16';
  const context = await model.createContext({
    contextSize,
    sequences: 1,
    ...(onCpu ? ON_CPU : {}),
    threads,
    experimentalKvCacheKeyType: type,
    experimentalKvCacheValueType: type,
    ...(adapter === undefined ? {} : { lora: { adapters: [{ filePath: adapter.path, scale: 1 }] } }),
  });
  return context.getSequence();
}

function explain(error: unknown, adapter: AdapterFile | undefined, settings: ContextSettings): ToolkitError {
  if (error instanceof InsufficientMemoryError) {
    return new ToolkitError({
      kind: 'environment',
      what: `not enough memory for a context of ${settings.contextSize} tokens`,
      where: adapter?.name,
      found: error.message,
      todo: 'free memory, take a smaller contextLength, or a base of a smaller type',
      cause: error,
    });
  }
  return new ToolkitError({
    kind: adapter === undefined ? 'failed' : 'input',
    what: adapter === undefined ? 'cannot open a context' : `the adapter ${adapter.name} does not load`,
    where: adapter?.path,
    expected: adapter === undefined ? undefined : 'a LoRA adapter in GGUF form, made for this base',
    found: [messageOf(error), settings.log()].filter((part) => part !== '').join('\n'),
    todo: adapter === undefined ? undefined : 'convert the adapter again for this base',
    cause: error,
  });
}
