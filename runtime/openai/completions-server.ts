import type OpenAI from 'openai';
import { APIError } from 'openai';
import { z } from 'zod';
import { seededRandom } from '../../core/random.ts';
import { chatFailure } from '../chat-failure.ts';
import { BrokenAnswer, ChatRetries, mayPass } from '../chat-retries.ts';
import { shownUrl } from '../mcp/redact.ts';
import { type Completion, readCompletion } from './completion.ts';
import { inTime, type OpenAiAccess, openAiClient } from './openai-client.ts';

export interface ServerAccess extends OpenAiAccess {
  /** How often a request is tried where the server is busy or broken. */
  tries: number;
  /** Ends all that is under way. */
  ending: AbortSignal;
}

/** What is asked of a model: completions of one or several prompts of token ids. */
export interface CompletionAsked {
  prompt: readonly number[] | readonly (readonly number[])[];
  max_tokens: number;
  [member: string]: unknown;
}
export interface CompletionBody extends CompletionAsked {
  model: string;
}

/** A model that a server lists. */
export interface ListedModel {
  id: string;
  /** Of an adapter, the base's id. */
  parent?: string | null;
  max_model_len?: number | null;
}

/** A server that speaks OpenAI's completions protocol, with vLLM's further paths. */
export interface CompletionsServer {
  /** For messages: without secrets. */
  where: string;
  complete(body: CompletionBody, signal?: AbortSignal): Promise<Completion>;
  models(): Promise<ListedModel[]>;
  /** Another path, from the base URL on (`/load_lora_adapter`) or whole. Refusals (4xx) are answers; `said` is what the server says. */
  post(path: string, body: unknown, tries?: number): Promise<{ status: number; said: string; answer?: unknown }>;
}

const ModelsSchema = z.array(
  z.object({ id: z.string(), parent: z.string().nullish(), max_model_len: z.number().positive().nullish() }),
);

/** Busy and broken servers are asked again. All methods throw ToolkitError, or the reason of an abort. */
export function completionsServer(access: ServerAccess): CompletionsServer {
  const { baseUrl, apiKey, timeoutMs, ending } = access;
  const client = openAiClient(access);
  const retries = new ChatRetries();
  const redact = (text: string) => (apiKey === undefined ? text : text.replaceAll(apiKey, '[redacted]'));
  const onRefusal = 'see what it says; the engine speaks vLLM’s completions protocol';

  let asked = 0;
  async function ask<T>(send: (signal: AbortSignal) => Promise<T>, options: AskOptions = {}): Promise<T> {
    const signal = options.signal === undefined ? ending : AbortSignal.any([ending, options.signal]);
    const random = seededRandom('retries', asked++);
    try {
      const tries = options.tries ?? access.tries;
      return await retries.run(() => inTime(timeoutMs, signal, send), { tries, random, signal });
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof APIError) && !mayPass(error)) throw error;
      throw chatFailure(error, { baseUrl, model: options.model ?? 'the engine', redact, onRefusal });
    }
  }

  return {
    where: shownUrl(baseUrl),
    complete(body, signal) {
      const prompts = Array.isArray(body.prompt[0]) ? body.prompt.length : 1;
      const send = async (inTimeSignal: AbortSignal) => {
        const params = body as unknown as OpenAI.CompletionCreateParamsNonStreaming;
        return readCompletion(await client.completions.create(params, { signal: inTimeSignal }), prompts);
      };
      return ask(send, { signal, model: body.model });
    },
    models() {
      return ask(async (signal) => {
        const { success, data } = ModelsSchema.safeParse((await client.models.list({ signal })).data);
        if (!success) throw new BrokenAnswer('what it answered is no list of models');
        return data;
      });
    },
    post(path, body, tries) {
      const send = async (signal: AbortSignal) => {
        try {
          const answer: unknown = await client.post(path, { body, signal });
          return { status: 200, said: redact(String(answer)), answer };
        } catch (error) {
          if (!(error instanceof APIError) || !isRefusal(error.status)) throw error;
          return { status: error.status!, said: redact(error.message) };
        }
      };
      return ask(send, { tries });
    },
  };
}

interface AskOptions {
  tries?: number;
  signal?: AbortSignal;
  /** For messages. */
  model?: string;
}

/** A key that is wrong is no answer, and neither is a request to wait. */
function isRefusal(status = 0): boolean {
  return status >= 400 && status < 500 && ![401, 403, 408, 409, 425, 429].includes(status);
}
