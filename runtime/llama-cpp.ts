import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { getLlama, type Llama, LlamaLogLevel, type LlamaModel, type Token } from 'node-llama-cpp';
import PQueue from 'p-queue';
import { messageOf, ToolkitError } from '../core/errors.ts';
import type { Engine } from './engine.ts';
import { createContextPool } from './llama-cpp/contexts.ts';
import { bytesOf, type MemoryLimit } from './llama-cpp/memory.ts';
import { createSession } from './llama-cpp/session.ts';

export interface LlamaCppOptions {
  /** The base, a GGUF file. */
  model: string;
  /** Most tokens of prompt and answer together. */
  contextSize: number;
  /** Absent: as many as processors. More than are free make it slower by orders: the threads wait for one another by spinning. */
  threads?: number;
  /** Type of the cached keys and values; f32 where figures are compared to those of another engine. */
  kvType?: 'f16' | 'f32';
  /** Most sessions that are kept warm; each holds a cache of contextSize tokens. */
  maxSessions?: number;
  /** Most memory that these caches take together; the one in use stays however large it is. Default: half of what is free. */
  memory?: MemoryLimit;
  gpu?: 'auto' | false;
}

const MAX_SESSIONS = 32;
const LOG_LINES = 8;

/**
 * Opens a base in this process, by the llama.cpp binaries that npm installed: nothing is built or downloaded.
 * Requests run one after another. @throws ToolkitError where the file is missing, is no GGUF, or memory does not suffice
 */
export async function openLlamaCpp(options: LlamaCppOptions): Promise<Engine> {
  if (!existsSync(options.model)) {
    throw new ToolkitError({
      kind: 'input',
      what: 'there is no such model',
      where: options.model,
      todo: 'run the convert stage first',
    });
  }
  const lines: string[] = [];
  const llama = await loadBinary(options, (line) => {
    lines.push(line);
    if (lines.length > LOG_LINES) lines.shift();
  });
  const model = await loadModel(llama, options, lines);
  const memory = await bytesOf(llama, options.memory);
  return createEngine(llama, model, options, memory, () => lines.join('\n'));
}

async function loadBinary({ gpu = 'auto' }: LlamaCppOptions, log: (line: string) => void): Promise<Llama> {
  try {
    return await getLlama({
      gpu,
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      logLevel: LlamaLogLevel.error,
      logger: (_level, message) => log(message.trim()),
    });
  } catch (error) {
    throw new ToolkitError({
      kind: 'environment',
      what: `cannot load llama.cpp: ${messageOf(error)}`,
      todo: 'install again on this machine (pnpm install): the package node-llama-cpp brings binaries for each platform',
      cause: error,
    });
  }
}

async function loadModel(llama: Llama, { model }: LlamaCppOptions, lines: readonly string[]): Promise<LlamaModel> {
  try {
    return await llama.loadModel({ modelPath: model });
  } catch (error) {
    await llama.dispose();
    throw new ToolkitError({
      kind: 'input',
      what: 'the model does not load',
      where: model,
      expected: 'a whole GGUF file that fits into memory',
      found: [messageOf(error), ...lines].join('\n'),
      cause: error,
    });
  }
}

function createEngine(
  llama: Llama,
  model: LlamaModel,
  options: LlamaCppOptions,
  memory: number,
  log: () => string,
): Engine {
  const { contextSize, kvType = 'f16', maxSessions = MAX_SESSIONS } = options;
  const threads = options.threads ?? Math.min(availableParallelism(), llama.cpuMathCores);
  const pool = createContextPool(model, {
    contextSize,
    threads,
    kvType,
    onCpu: llama.gpu === false,
    limit: Math.max(1, maxSessions),
    memory,
    log,
  });
  // One at a time: they would share the same processors, and a context must not be closed while it is used.
  const queue = new PQueue({ concurrency: 1 });
  const reuse = { prefixes: true };
  return {
    abilities: { loadsAdapters: true, reusesPrefixes: true, probabilities: true, grammar: true, parallel: 1 },
    reusePrefixes(enabled) {
      reuse.prefixes = enabled;
    },
    tokenize: (text) => model.tokenize(text, true),
    detokenize: (tokens) => model.detokenize(tokens as Token[], true),
    async session(adapter) {
      const loaded = await queue.add(async () =>
        adapter ? pool.load(adapter) : void (await pool.sequence(undefined)),
      );
      return createSession({ model, pool, queue, contextSize, reuse }, loaded);
    },
    stateBytes: pool.stateBytes,
    async close() {
      await queue.onIdle();
      await model.dispose();
      await llama.dispose();
    },
  };
}
