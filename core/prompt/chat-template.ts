import { Template } from '@huggingface/jinja';
import { messageOf, ToolkitError } from '../errors.ts';
import type { PromptTool } from './prompt-tool.ts';

/** A message as chat templates take it. */
export interface TemplateMessage {
  role: 'system' | 'user' | 'assistant' | 'tool';
  content: string;
  tool_calls?: { id: string; type: 'function'; function: { name: string; arguments: unknown } }[];
  tool_call_id?: string;
  name?: string;
}

export interface TemplateInput {
  messages: readonly TemplateMessage[];
  tools: readonly PromptTool[];
  /** Whether to end with the opening of an assistant turn. */
  generate: boolean;
}

/** A base's own chat template. */
export interface ChatTemplate {
  source: string;
  render(input: TemplateInput): string;
}

/** The special tokens that a template may name. */
export interface SpecialTokens {
  bos?: string;
  eos?: string;
}

/** Templates that print today's date get a fixed one: the same input must give the same text on every day. */
const DATE = '26 Jul 2024';

/** Compiles a Jinja chat template. @throws ToolkitError (input) where it is not valid, or does not render. */
export function chatTemplate(source: string, { bos = '', eos = '' }: SpecialTokens): ChatTemplate {
  const template = guarded('the chat template cannot be read', () => new Template(withFixedDate(source)));
  const constants = {
    bos_token: bos,
    eos_token: eos,
    enable_thinking: false,
    date_string: DATE,
  };
  return {
    source,
    render({ messages, tools, generate }) {
      const values = { ...constants, messages, add_generation_prompt: generate, ...(tools.length > 0 && { tools }) };
      return guarded('the chat template refused a conversation', () => template.render(values));
    },
  };
}

/** The library's own `strftime_now` cannot be replaced from outside, but a macro shadows it. */
function withFixedDate(source: string): string {
  return source.includes('strftime_now')
    ? `{%- macro strftime_now(format) -%}${DATE}{%- endmacro -%}${source}`
    : source;
}

function guarded<T>(what: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new ToolkitError({
      kind: 'input',
      what: `${what}: ${messageOf(error)}`,
      where: 'chat_template',
      todo: 'use a base whose chat template knows tool calls and tool results, or put such a chat_template.jinja into its folder',
      cause: error,
    });
  }
}
