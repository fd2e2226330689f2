import { stat } from 'node:fs/promises';
import {
  InsufficientMemoryError,
  type LlamaContextOptions,
  type LlamaContextSequence,
  type LlamaModel,
} from 'node-llama-cpp';
import { messageOf, ToolkitError } from '../../core/errors.ts';
import type { AdapterFile } from '../engine.ts';
import { type LlamaCppAdapter, readAdapter, refuseChanged } from './adapter.ts';
import { contextBytes } from './memory.ts';
import { switchTo } from './switch.ts';

export interface ContextSettings {
  contextSize: number;
  threads: number;
  kvType: 'f16' | 'f32';
  onCpu: boolean;
  /** Most contexts that are open at a time. */
  limit: number;
  /** Most bytes that they take together; one is open however much it takes. */
  memory: number;
  /** The engine's last log lines, for messages. */
  log(): string;
}

export interface ContextPool {
  /** Reads and loads an adapter. @throws ToolkitError (input) where that cannot be done */
  load(adapter: AdapterFile): Promise<LlamaCppAdapter>;
  /** The sequence of the base, which activated adapters share, or of one adapter; the pool keeps it until others push it out. */
  sequence(adapter: LlamaCppAdapter | undefined): Promise<LlamaContextSequence>;
  /** Bytes of the contexts of these, open or not, and of the files of activated adapters. */
  stateBytes(adapters: readonly (AdapterFile | undefined)[]): Promise<number>;
  /** Closes one whose state cannot be trusted any more. */
  drop(adapter: LlamaCppAdapter | undefined): Promise<void>;
}

/**
 * Contexts on one model: base weights are shared, and each adapter has a context, so a cache never holds values of another adapter;
 * activated ones are switched on and off in that of the base (`makeReady`).
 * The least recently used is closed where there are too many, or where one more would take more memory than they may, or than there is.
 * Callers use one sequence at a time: an open one may be closed by the next request.
 */
export function createContextPool(model: LlamaModel, settings: ContextSettings): ContextPool {
  /** In the order of use, oldest first. */
  const open = new Map<string, { sequence: LlamaContextSequence; bytes: number }>();

  /** Adapters that were read, by their files: a step opens them again and again. */
  const known = new Map<string, LlamaCppAdapter>();

  async function close(key: string): Promise<void> {
    const context = open.get(key)?.sequence.context;
    open.delete(key);
    await context?.dispose();
  }
  const closeOldest = () => close([...open.keys()][0]!);

  const fits = (bytes: number) =>
    open.size < settings.limit && [...open.values()].reduce((sum, one) => sum + one.bytes, bytes) <= settings.memory;

  async function create(adapter: LlamaCppAdapter | undefined) {
    const options = contextOptions(settings, adapter);
    if (adapter && ownFile(adapter) !== undefined) await refuseChanged(adapter);
    const bytes = await contextBytes(model, options, ownFile(adapter));
    while (open.size > 0 && !fits(bytes)) await closeOldest();
    for (;;) {
      try {
        return { sequence: (await model.createContext(options)).getSequence(), bytes };
      } catch (error) {
        if (!(error instanceof InsufficientMemoryError) || open.size === 0) throw explain(error, adapter, settings);
        await closeOldest();
      }
    }
  }

  async function sequenceOf(adapter: LlamaCppAdapter | undefined): Promise<LlamaContextSequence> {
    const key = keyOf(adapter);
    const context = open.get(key) ?? (await create(adapter));
    open.delete(key);
    open.set(key, context);
    return context.sequence;
  }

  async function read(file: AdapterFile): Promise<LlamaCppAdapter> {
    const adapter = known.get(file.path);
    if (adapter !== undefined && adapter.sha256 === file.sha256) return adapter;
    const fresh = await readAdapter(file).catch((error: unknown) => {
      throw explain(error, file, settings);
    });
    // Others are checked whenever a context is made for them.
    if (fresh.invocation !== undefined) await refuseChanged(fresh);
    return fresh;
  }

  return {
    async load(file) {
      const adapter = await read(file);
      const sequence = await sequenceOf(adapter);
      known.set(file.path, adapter);
      if (adapter.invocation === undefined) return adapter;
      await switchTo(sequence, adapter).catch((error: unknown) => {
        throw explain(error, file, settings);
      });
      return adapter;
    },
    sequence: sequenceOf,
    stateBytes: (adapters) => stateBytes(model, settings, adapters),
    drop: (adapter) => close(keyOf(adapter)),
  };
}

async function stateBytes(
  model: LlamaModel,
  settings: ContextSettings,
  files: readonly (AdapterFile | undefined)[],
): Promise<number> {
  const adapters = await Promise.all(files.map((file) => file && readAdapter(file)));
  const contexts = new Map(adapters.map((adapter) => [keyOf(adapter), adapter]));
  const activated = new Set(adapters.flatMap((adapter) => (adapter?.invocation ? adapter.path : [])));
  const sizes = await Promise.all([
    ...[...contexts.values()].map((one) => contextBytes(model, contextOptions(settings, one), ownFile(one))),
    ...[...activated].map(async (path) => (await stat(path)).size),
  ]);
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

function keyOf(adapter: LlamaCppAdapter | undefined): string {
  return ownFile(adapter) ?? '';
}

/** The file of an adapter that has a context of its own. */
function ownFile(adapter: LlamaCppAdapter | undefined): string | undefined {
  return adapter?.invocation ? undefined : adapter?.path;
}

/**
 * On a CPU, flash attention takes 25 ms a token where plain attention takes 7 (2,400 tokens before it, 5M parameters), and a call on a warm
 * prefix is a few dozen tokens. Small batches then cost nothing and keep the attention's buffer small, as each adapter has its own.
 */
const ON_CPU = { flashAttention: false, batchSize: 128 };

function contextOptions(
  { contextSize, threads, kvType, onCpu }: ContextSettings,
  adapter: LlamaCppAdapter | undefined,
): LlamaContextOptions {
  const type = kvType === 'f32' ? 'F32' : 'F16';
  const filePath = ownFile(adapter);
  return {
    contextSize,
    sequences: 1,
    ...(onCpu ? ON_CPU : {}),
    threads,
    experimentalKvCacheKeyType: type,
    experimentalKvCacheValueType: type,
    ...(filePath === undefined ? {} : { lora: { adapters: [{ filePath, scale: 1 }] } }),
  };
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
