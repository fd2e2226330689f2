import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EMBEDDED_BASE } from '../../../core/project.ts';

/** In the manner of Llama 3: headers, tools in the first user message, `parameters`, a date. */
const HEADERS = `{{- bos_token }}
{%- if messages[0]['role'] == 'system' %}{%- set system = messages[0]['content'] | trim %}{%- set messages = messages[1:] %}
{%- else %}{%- set system = '' %}{%- endif %}
{{- '<|start_header_id|>system<|end_header_id|>\\n\\nToday: ' + strftime_now('%d %b %Y') + '\\n\\n' + system + '<|eot_id|>' }}
{%- for message in messages %}
  {%- if message.role == 'assistant' and message.tool_calls %}
    {%- if message.tool_calls | length != 1 %}{{- raise_exception('one call at a time') }}{%- endif %}
    {%- set call = message.tool_calls[0].function %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' -}}
    {{- '{"name": "' + call.name + '", "parameters": ' }}{{- call.arguments | tojson }}{{- '}<|eot_id|>' }}
  {%- elif message.role == 'tool' %}
    {{- '<|start_header_id|>ipython<|end_header_id|>\\n\\n' + (message.content | tojson) + '<|eot_id|>' }}
  {%- else %}
    {{- '<|start_header_id|>' + message.role + '<|end_header_id|>\\n\\n' }}
    {%- if loop.first and tools %}
      {{- 'You have functions:\\n\\n' }}
      {%- for tool in tools %}{{- tool | tojson(indent=4) }}{{- '\\n\\n' }}{%- endfor %}
    {%- endif %}
    {{- message.content | trim + '<|eot_id|>' }}
  {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{%- endif %}`;

/** In the manner of Mistral: tools before the last user message, calls as a list, an id behind the arguments. */
const LISTS = `{{- bos_token }}
{%- set users = messages | selectattr('role', 'equalto', 'user') | list %}
{%- for message in messages %}
  {%- if message.role == 'user' %}
    {%- if tools and message == users[-1] %}{{- '[AVAILABLE_TOOLS] ' + (tools | tojson) + '[/AVAILABLE_TOOLS]' }}{%- endif %}
    {{- '[INST] ' + message.content + '[/INST]' }}
  {%- elif message.role == 'tool' %}
    {{- '[TOOL_RESULTS] {"content": ' + (message.content | tojson) + ', "call_id": "' + message.tool_call_id + '"}[/TOOL_RESULTS]' }}
  {%- elif message.tool_calls %}
    {{- '[TOOL_CALLS] [' }}
    {%- for call in message.tool_calls %}
      {{- '{"name": "' + call.function.name + '", "arguments": ' + (call.function.arguments | tojson) + ', "id": "' + call.id + '"}' }}
    {%- endfor %}
    {{- ']' + eos_token }}
  {%- else %}{{- ' ' + message.content + eos_token }}{%- endif %}
{%- endfor %}`;

/** In the manner of DeepSeek: no JSON around the call, the arguments as text that the caller makes. */
const FENCES = `{{- bos_token }}
{%- if tools %}{{- tools | tojson }}{%- endif %}
{%- for message in messages %}
  {%- if message.role == 'user' %}{{- '<|user|>' + message.content }}
  {%- elif message.role == 'tool' %}{{- '<|result|>' + message.content }}
  {%- elif message.tool_calls %}
    {{- '<|assistant|><|call|>function: ' + message.tool_calls[0].function.name + '\\n\`\`\`json\\n' + message.tool_calls[0].function.arguments + '\\n\`\`\`<|end|>' }}
  {%- else %}{{- '<|assistant|>' + message.content + '<|end|>' }}{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|assistant|>' }}{%- endif %}`;

/** In the manner of Qwen3: calls as Qwen2.5 writes them, an empty block of thoughts before the last answer, and none in the history. */
const THOUGHTS = `{%- if tools %}
  {{- '<|im_start|>system\\n# Tools\\n<tools>' }}
  {%- for tool in tools %}{{- '\\n' + (tool | tojson) }}{%- endfor %}
  {{- '\\n</tools><|im_end|>\\n' }}
{%- endif %}
{%- set ns = namespace(searching=true, last_query=messages | length - 1) %}
{%- for message in messages[::-1] %}
  {%- set index = (messages | length - 1) - loop.index0 %}
  {%- if ns.searching and message.role == 'user' %}
    {%- set ns.searching = false %}{%- set ns.last_query = index %}
  {%- endif %}
{%- endfor %}
{%- for message in messages %}
  {%- if message.role == 'assistant' %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if loop.index0 > ns.last_query and loop.last %}{{- '<think>\\n\\n</think>\\n\\n' }}{%- endif %}
    {{- message.content }}
    {%- for call in message.tool_calls or [] %}
      {%- if (loop.first and message.content) or not loop.first %}{{- '\\n' }}{%- endif %}
      {{- '<tool_call>\\n{"name": "' + call.function.name + '", "arguments": ' }}
      {{- (call.function.arguments if call.function.arguments is string else call.function.arguments | tojson) + '}\\n</tool_call>' }}
    {%- endfor %}
    {{- '<|im_end|>\\n' }}
  {%- elif message.role == 'tool' %}
    {{- '<|im_start|>user\\n<tool_response>\\n' + message.content + '\\n</tool_response><|im_end|>\\n' }}
  {%- else %}{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
  {{- '<|im_start|>assistant\\n' }}
  {%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\\n\\n</think>\\n\\n' }}{%- endif %}
{%- endif %}`;

export interface BaseStyle {
  template: string;
  bos: string;
  eos: string;
  /** Special tokens besides. */
  tokens: string[];
}

export const STYLES: Record<string, BaseStyle> = {
  headers: {
    template: HEADERS,
    bos: '<|begin_of_text|>',
    eos: '<|eot_id|>',
    tokens: ['<|start_header_id|>', '<|end_header_id|>'],
  },
  lists: {
    template: LISTS,
    bos: '<s>',
    eos: '</s>',
    tokens: [
      '[INST]',
      '[/INST]',
      '[TOOL_CALLS]',
      '[AVAILABLE_TOOLS]',
      '[/AVAILABLE_TOOLS]',
      '[TOOL_RESULTS]',
      '[/TOOL_RESULTS]',
    ],
  },
  fences: {
    template: FENCES,
    bos: '<|bos|>',
    eos: '<|end|>',
    tokens: ['<|user|>', '<|assistant|>', '<|call|>', '<|result|>'],
  },
  thoughts: {
    template: THOUGHTS,
    bos: '<|endoftext|>',
    eos: '<|im_end|>',
    tokens: ['<|im_start|>', '<tool_call>', '</tool_call>', '<think>', '</think>'],
  },
};

/** Writes the files of a base in another style: the embedded base's vocabulary with other special tokens and another template. */
export async function writeBase(folder: string, { template, bos, eos, tokens }: BaseStyle): Promise<string> {
  await mkdir(folder, { recursive: true });
  const tokenizer = JSON.parse(await readFile(join(EMBEDDED_BASE, 'tokenizer.json'), 'utf8'));
  const first = 4096;
  tokenizer.added_tokens = [bos, eos, ...tokens].map((content, index) => ({
    id: first + index,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }));
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer));
  await writeFile(
    join(folder, 'tokenizer_config.json'),
    JSON.stringify({ bos_token: bos, eos_token: { content: eos }, chat_template: template }),
  );
  await cp(join(EMBEDDED_BASE, 'config.json'), join(folder, 'config.json'));
  return folder;
}
