import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import type { Tokenizer } from '../core/tokenizer.ts';
import { adapterFile, type BundlePlace } from '../runtime/bundle-adapters.ts';
import type { AdapterFile, Engine } from '../runtime/engine.ts';
import { freeThreads } from '../runtime/free-threads.ts';
import type { MemoryLimit } from '../runtime/llama-cpp/memory.ts';
import { openLlamaCpp } from '../runtime/llama-cpp.ts';
import { type LlamaServerOptions, openLlamaServer } from '../runtime/llama-server.ts';
import { openOpenAiEngine } from '../runtime/openai-engine.ts';
import { endpointKey } from './endpoint-key.ts';
import { peftAdapters } from './peft-adapters.ts';
import type { Settings } from './settings.ts';

/** What an engine is opened for. */
export interface EngineFor extends BundlePlace {
  /** Of the bundle's base. */
  tokenizer: Tokenizer;
  /** Most tokens of prompt and answer together. */
  contextSize: number;
  /** Adapters beside those of the bundle. */
  more?: readonly AdapterFile[];
}

/** Opens the engine that the workspace asks for, on a bundle. @throws ToolkitError where it cannot be had, or cannot serve this bundle */
export async function openEngine(
  context: Context,
  { engine: settings }: Pick<Settings, 'engine'>,
  place: EngineFor,
): Promise<Engine> {
  const { bundle, folder, tokenizer, contextSize, more = [] } = place;
  switch (settings.name) {
    case 'llama-cpp':
      return openLlamaCpp({
        model: join(folder, bundle.base.file),
        contextSize,
        threads: freeThreads(),
        memory: memoryLimit(settings['llama-cpp'].memory),
      });
    case 'llama-server': {
      const { slots } = settings['llama-server'];
      return openLlamaServer({
        server: llamaServer(context, settings['llama-server'], join(folder, bundle.base.file)),
        tokenizer,
        contextSize,
        slots,
        adapters: [...bundle.adapters.map((adapter) => adapterFile(place, adapter)), ...more],
        signal: context.signal,
      });
    }
    case 'openai': {
      const { adapters, timeoutSeconds, ...openai } = settings.openai!;
      return openOpenAiEngine({
        ...openai,
        apiKey: endpointKey(openai, context, 'engine.openai'),
        tokenizer,
        contextSize,
        adapters: await peftAdapters(context, bundle, adapters),
        timeoutMs: timeoutSeconds * 1000,
      });
    }
  }
}

/** The server that is there, or how to start one. */
function llamaServer(
  context: Context,
  { command, url, apiKeyFrom }: Settings['engine']['llama-server'],
  model: string,
): LlamaServerOptions['server'] {
  if (url === undefined) return { binary: command, model, env: context.env, threads: freeThreads() };
  return { url, apiKey: endpointKey({ baseUrl: url, urlMember: 'url', apiKeyFrom }, context, 'engine.llama-server') };
}

const MB = 2 ** 20;

/** Up to 1 a share, above megabytes. */
function memoryLimit(memory: number | undefined): MemoryLimit | undefined {
  if (memory === undefined) return undefined;
  return memory <= 1 ? { share: memory } : { bytes: memory * MB };
}
