import type { ChatModel } from '../core/chat-model.ts';
import type { Context } from '../core/context.ts';
import { openAiChatModel } from '../runtime/openai-chat-model.ts';
import { endpointKey } from './endpoint-key.ts';
import type { Settings } from './settings.ts';
import { unknownEndpoint } from './unknown-endpoint.ts';

/** Who answers where no candidate is probable enough. @throws ToolkitError (input) where there is none of that name */
export function openFallback(context: Context, settings: Settings, name: string): 'none' | 'base' | ChatModel {
  if (name === 'none' || name === 'base') return name;
  const { endpoints } = settings.serve;
  const endpoint = Object.hasOwn(endpoints, name) ? endpoints[name] : undefined;
  if (endpoint === undefined) {
    const about = { what: 'there is no such fallback', where: 'serve.fallback' };
    throw unknownEndpoint(name, ['none', 'base'], settings, about);
  }
  const { baseUrl, model, parameters, timeoutSeconds, tries } = endpoint;
  const apiKey = endpointKey(endpoint, context, `serve.endpoints.${name}`);
  return openAiChatModel({ baseUrl, model, apiKey, parameters, tries, timeoutMs: timeoutSeconds * 1000 });
}
