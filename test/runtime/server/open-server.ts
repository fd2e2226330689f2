import OpenAI from 'openai';
import type { ServedRequest } from '../../../core/serve-event.ts';
import type { Tool } from '../../../core/tool.ts';
import { type ServeOptions, serve } from '../../../pipelines/serve.ts';
import type { RunningServer } from '../../../runtime/server/start-server.ts';
import { type ServeWorkspace, serveWorkspace } from '../../fixtures/serve-workspace.ts';

export interface OpenServer extends ServeWorkspace {
  server: RunningServer;
  client: OpenAI;
  log: ServedRequest[];
}

/** A real server on loopback, with the client of its users. */
export async function openServer(
  settings: Record<string, unknown> = {},
  options: Partial<ServeOptions> = {},
): Promise<OpenServer> {
  const workspace = await serveWorkspace(settings);
  const log: ServedRequest[] = [];
  const server = await serve(workspace.context, workspace.settings, {
    host: '127.0.0.1',
    port: 0,
    log: (entry) => log.push(entry),
    ...options,
  });
  return { ...workspace, server, client: clientOf(server, options.apiKey), log };
}

export function clientOf({ url }: RunningServer, apiKey = 'none'): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0, timeout: 100_000, logLevel: 'off' });
}

/** Tools as clients send them. */
export function clientTools(
  tools: readonly Tool[],
  nameOf = ({ name }: Tool) => name,
): OpenAI.ChatCompletionFunctionTool[] {
  return tools.map((tool) => ({
    type: 'function',
    function: { name: nameOf(tool), description: tool.description, parameters: tool.inputSchema },
  }));
}

/** What this server tells beside OpenAI's members. */
export interface About {
  dualtune: {
    answered_by: string;
    not_in_bundle?: string[];
    abstained?: boolean;
    ranked?: { name: string | null; probability: number }[];
    evaluated_tokens: number;
    sampled_tokens: number;
  };
}
