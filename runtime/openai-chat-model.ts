import type OpenAI from 'openai';
import { APIError } from 'openai';
import { z } from 'zod';
import type { ChatAnswer, ChatMessage, ChatModel, ChatRequest } from '../core/chat-model.ts';
import { hashJson } from '../core/hash.ts';
import { seededRandom } from '../core/random.ts';
import { chatFailure } from './chat-failure.ts';
import { BrokenAnswer, ChatRetries, mayPass } from './chat-retries.ts';
import { inTime, type OpenAiAccess, openAiClient } from './openai/openai-client.ts';

/** Where a chat model answers, by OpenAI's chat-completions protocol. */
export interface ChatEndpoint extends OpenAiAccess {
  model: string;
  /** Members of every request besides those that the conversation makes. */
  parameters: Readonly<Record<string, unknown>>;
  tries: number;
}

/** What an endpoint may say to a request with a `response_format` that it does not know. */
const REFUSALS = [400, 404, 415, 422, 501];
/** Refusals of one conversation and not of the endpoint's use: they count as answers. */
const WITHHELD = ['content_filter', 'content_policy_violation', 'context_length_exceeded'];

/**
 * A chat model behind an OpenAI-compatible endpoint. Busy and broken endpoints are asked again. One that does not know JSON schemas is asked
 * without, so the request itself has to say which form the answer is to have.
 */
export function openAiChatModel(endpoint: ChatEndpoint): ChatModel {
  const { apiKey, tries } = endpoint;
  const client = openAiClient(endpoint);
  const retries = new ChatRetries();
  const redact = (text: string) => (apiKey === undefined ? text : text.replaceAll(apiKey, '[redacted]'));
  let knowsForms = true;
  const send = (request: ChatRequest, signal: AbortSignal) =>
    retries.run(() => sendOnce(client, endpoint, request, signal), {
      tries,
      random: seededRandom('retries', hashJson(request)),
      signal,
    });
  return {
    async ask(request, signal) {
      const { form, ...plain } = request;
      try {
        if (form === undefined || !knowsForms) return await send(plain, signal);
        return await send(request, signal).catch(async (error: unknown) => {
          if (!isRefusal(error)) throw error;
          // Where it refuses this one as well, the form is not what it did not like.
          const answer = await send(plain, signal).catch(() => Promise.reject(error));
          knowsForms = false;
          return answer;
        });
      } catch (error) {
        signal.throwIfAborted();
        throw isExpected(error) ? chatFailure(error, { ...endpoint, redact }) : error;
      }
    },
  };
}

function isRefusal(error: unknown): boolean {
  return error instanceof APIError && REFUSALS.includes(error.status ?? 0);
}

function isExpected(error: unknown): boolean {
  return error instanceof APIError || mayPass(error);
}

async function sendOnce(
  client: OpenAI,
  { model, parameters, timeoutMs }: ChatEndpoint,
  request: ChatRequest,
  signal: AbortSignal,
): Promise<ChatAnswer> {
  const started = performance.now();
  const body = {
    ...parameters,
    model,
    ...bodyOf(request),
    ...limitOf(request, parameters),
  } as OpenAI.ChatCompletionCreateParamsNonStreaming;
  try {
    const answer = await inTime(timeoutMs, signal, async (ending) =>
      answerOf(await client.chat.completions.create(body, { signal: ending }), request),
    );
    return { ...answer, latencyMs: performance.now() - started };
  } catch (error) {
    if (error instanceof APIError && WITHHELD.includes(error.code ?? ''))
      return { content: '', calls: [], finish: String(error.code), tokens: { input: 0, output: 0 } };
    throw error;
  }
}

function bodyOf({ messages, tools, choice, form }: ChatRequest) {
  return {
    messages: messages.map(messageOfProtocol),
    ...(tools === undefined ? {} : { tools }),
    ...(choice === undefined ? {} : { tool_choice: choice }),
    ...(form === undefined ? {} : { response_format: { type: 'json_schema', json_schema: { ...form, strict: true } } }),
  };
}

/** The newer of OpenAI's two names, which its own models ask for, unless the parameters have the older one. The smaller limit holds. */
function limitOf({ maxTokens }: ChatRequest, parameters: ChatEndpoint['parameters']) {
  if (maxTokens === undefined) return {};
  const name = 'max_tokens' in parameters ? 'max_tokens' : 'max_completion_tokens';
  const own = parameters[name];
  return { [name]: typeof own === 'number' ? Math.min(own, maxTokens) : maxTokens };
}

function messageOfProtocol(message: ChatMessage) {
  if (message.role === 'tool') return { role: 'tool', tool_call_id: message.callId, content: message.content };
  if (message.role !== 'assistant' || message.call === undefined)
    return { role: message.role, content: message.content };
  const { id, name, arguments: args } = message.call;
  const call = { id, type: 'function', function: { name, arguments: args } };
  return { role: 'assistant', content: message.content, tool_calls: [call] };
}

const CompletionSchema = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({
          content: z.string().nullish(),
          refusal: z.string().nullish(),
          tool_calls: z
            .array(
              z.object({ id: z.string().nullish(), function: z.object({ name: z.string(), arguments: z.string() }) }),
            )
            .nullish(),
        }),
      }),
    )
    .min(1),
  // What cannot be is not believed: the budget goes by it.
  usage: z
    .object({ prompt_tokens: z.number().nonnegative(), completion_tokens: z.number().nonnegative() })
    .nullish()
    .catch(undefined),
});

function answerOf(body: unknown, request: ChatRequest): ChatAnswer {
  const { success, data } = CompletionSchema.safeParse(body);
  if (!success) throw new BrokenAnswer('what it answered is no chat completion');
  const { finish_reason: finish, message } = data.choices[0]!;
  const calls = (message.tool_calls ?? []).map(({ id, function: { name, arguments: args } }, index) => ({
    id: id || `call_${index}`,
    name,
    arguments: args,
  }));
  const content = message.content ?? '';
  const { prompt_tokens: input, completion_tokens: output } = data.usage ?? {
    prompt_tokens: aboutTokens(JSON.stringify(request)),
    completion_tokens: aboutTokens(content + JSON.stringify(calls)),
  };
  return { content, calls, finish: message.refusal ? 'refusal' : (finish ?? 'stop'), tokens: { input, output } };
}

/** Not every endpoint tells what it used. */
function aboutTokens(text: string): number {
  return Math.ceil(text.length / 4);
}
