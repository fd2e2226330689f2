import { z } from 'zod';
import { endpointShape } from './synthesize/chat/endpoint-settings.ts';

export const ENGINE_NAMES = ['llama-cpp', 'llama-server', 'openai'] as const;

/** Which engine answers, for `serve` and `evaluate`: `engine` in workspace.yaml. */
export const EngineSettingsSchema = z
  .strictObject({
    name: z.enum(ENGINE_NAMES).default('llama-cpp'),
    /** llama.cpp in the toolkit's own process. */
    'llama-cpp': z
      .strictObject({
        /** Most memory of the contexts of all adapters together: megabytes, or up to 1 a share of what is free at the start. Default: half of that. */
        memory: z.number().positive().optional(),
      })
      .prefault({}),
    /** A llama-server process, which the toolkit starts, or which is there (`url`). */
    'llama-server': z
      .strictObject({
        /** A path, or a name on the PATH. */
        command: z.string().min(1).default('llama-server'),
        url: endpointShape.baseUrl.optional(),
        /** Of the server at `url`. */
        apiKeyFrom: endpointShape.apiKeyFrom,
        /** Adapters that are warm at a time; absent: all. */
        slots: z.number().int().positive().optional(),
      })
      .prefault({}),
    /** A server that speaks OpenAI's completions protocol as vLLM does. */
    openai: z
      .strictObject({
        /** `http://127.0.0.1:8000/v1` */
        baseUrl: endpointShape.baseUrl,
        /** The base's name there; absent: the first that it lists. */
        model: z.string().min(1).optional(),
        apiKeyFrom: endpointShape.apiKeyFrom,
        /** Most adapters that are loaded there at a time. */
        maxAdapters: z.number().int().positive().default(32),
        /** Under which path the server sees the workspace's folder `adapters`; absent: under the same as here. */
        adapters: z.string().min(1).optional(),
        timeoutSeconds: endpointShape.timeoutSeconds,
        tries: z.number().int().positive().default(5),
      })
      .optional(),
  })
  .refine(({ name, openai }) => name !== 'openai' || openai !== undefined, {
    message: '`openai` with its `baseUrl`, where `name` is openai',
  });
export type EngineSettings = z.infer<typeof EngineSettingsSchema>;

/** The part that may change what is answered, for hashes; nothing where llama.cpp answers in this process. */
export function decisiveEngine({ name, openai }: EngineSettings): Record<string, unknown> | undefined {
  if (name === 'llama-cpp') return undefined;
  return name === 'openai' ? { name, baseUrl: openai?.baseUrl, model: openai?.model } : { name };
}
