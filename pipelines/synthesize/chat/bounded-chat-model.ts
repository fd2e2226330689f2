import { join } from 'node:path';
import PQueue from 'p-queue';
import type { ChatAnswer, ChatModel, ChatRequest } from '../../../core/chat-model.ts';
import type { Context } from '../../../core/context.ts';
import { hashJson } from '../../../core/hash.ts';
import { openAiChatModel } from '../../../runtime/openai-chat-model.ts';
import { endpointKey } from '../../endpoint-key.ts';
import { AnswerCache } from './answer-cache.ts';
import { Budget } from './budget.ts';
import type { EndpointSettings } from './endpoint-settings.ts';

/** In the workspace, beside what the stages make. */
const FOLDER = '.teacher';
const TEACHER = 'synthesize.teacher';
/** Longest answer where the settings do not say; what a reasoning model thinks counts too. */
const DEFAULT_LIMIT = { max_completion_tokens: 2000 };
/** Members of a request that limit its answer. */
export const LIMITS = ['max_completion_tokens', 'max_tokens'];

interface Parts {
  model: ChatModel;
  cache: AnswerCache;
  budget: Budget;
  parameters: Readonly<Record<string, unknown>>;
  concurrency: number;
  /** Whether a request that fails is no reason to send no other. */
  goesOn: boolean;
  signal: AbortSignal;
}

/** A chat model that is asked nothing twice, not too much at once and not more than its budget allows. */
export class BoundedChatModel {
  readonly #parts: Parts;
  readonly #queue: PQueue;
  readonly #underWay = new Map<string, Promise<ChatAnswer>>();
  #stopped: { why: unknown } | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#queue = new PQueue({ concurrency: parts.concurrency });
  }

  /** @throws ToolkitError where the budget is used up or the endpoint fails; then nothing more is sent, unless it was opened to go on */
  ask(request: ChatRequest): Promise<ChatAnswer> {
    const key = hashJson({ parameters: this.#parts.parameters, ...request });
    const same = this.#underWay.get(key);
    if (same !== undefined) return same;
    const answer = this.#find(key, request).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, answer);
    return answer;
  }

  /** Sends nothing more. What is under way is waited for: it is paid for. */
  stop(why: unknown): void {
    this.#stopped ??= { why };
  }

  /** What was used until now, by earlier runs too. */
  get spent(): { requests: number; tokens: number; cost?: number } {
    const { used, cost } = this.#parts.budget;
    return { requests: used.requests, tokens: used.input + used.output, cost };
  }

  async #find(key: string, request: ChatRequest): Promise<ChatAnswer> {
    return (await this.#parts.cache.read(key)) ?? (await this.#queue.add(() => this.#buy(key, request)));
  }

  async #buy(key: string, request: ChatRequest): Promise<ChatAnswer> {
    const { budget, model, cache, parameters, signal } = this.#parts;
    try {
      return await budget.spend(mostOf(request, parameters), async () => {
        signal.throwIfAborted();
        if (this.#stopped) throw this.#stopped.why;
        const answer = await model.ask(request, signal);
        await cache.write(key, answer);
        return answer;
      });
    } catch (error) {
      if (!this.#parts.goesOn) this.stop(error);
      throw error;
    }
  }
}

/** Three characters a token is more than enough for English and JSON. */
function mostOf(
  request: ChatRequest,
  parameters: Readonly<Record<string, unknown>>,
): { input: number; output: number } {
  const output = Math.max(...LIMITS.map((name) => Number(parameters[name] ?? 0)));
  return { input: Math.ceil(JSON.stringify(request).length / 3), output };
}

/**
 * @param setting where the settings stand in `workspace.yaml`
 * @param goesOn whether a request that fails is no reason to send no other
 * @throws ToolkitError (input) where the API key's variable is not set, or where a secret may stand in the URL, which goes into manifests
 */
export async function openBoundedChatModel(
  context: Context,
  settings: EndpointSettings,
  { setting = TEACHER, goesOn = false }: { setting?: string; goesOn?: boolean } = {},
): Promise<BoundedChatModel> {
  const { workspace, signal } = context;
  const { baseUrl, model, concurrency, timeoutSeconds, tries } = settings;
  const apiKey = endpointKey(settings, context, setting);
  const isLimited = LIMITS.some((name) => name in settings.parameters);
  const parameters = { ...(isLimited ? {} : DEFAULT_LIMIT), ...settings.parameters };
  // Another model gives other answers, and what it cost is another budget's business, as is what one costs in another role.
  const role = setting === TEACHER ? {} : { setting };
  const place = hashJson({ baseUrl, model, ...role })
    .slice('sha256:'.length)
    .slice(0, 16);
  const cache = new AnswerCache(join(workspace, FOLDER, place));
  return new BoundedChatModel({
    model: openAiChatModel({ baseUrl, model, apiKey, parameters, tries, timeoutMs: timeoutSeconds * 1000 }),
    cache,
    budget: new Budget(settings, await cache.recover(), setting),
    parameters,
    concurrency,
    goesOn,
    signal,
  });
}
