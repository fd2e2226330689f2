import { ToolkitError } from '../errors.ts';
import { canonicalJson } from '../hash.ts';
import type { AddedToken } from '../tokenizer.ts';
import type { ChatTemplate } from './chat-template.ts';
import type { PromptTool } from './prompt-tool.ts';
import { readJsonAt } from './read-json.ts';
import { callMessage } from './template-messages.ts';

/** How a template writes an assistant turn, as read off its renderings of made-up calls. */
export interface TurnFormat {
  /** The end of every generation prompt, long enough to stand for one. */
  opening: string;
  /** From the generation prompt to the name: `<tool_call>\n{"name": "`. */
  beforeName: string;
  /** From the name to the arguments: `", "arguments": `. */
  beforeArguments: string;
  /** From the arguments through the stop token: `}\n</tool_call><|im_end|>`. */
  afterArguments: string;
  /** Around the text of a turn that is no call, through the stop token. */
  beforeText: string;
  afterText: string;
  /** The token that ends a turn. */
  stop: string;
  /** The arguments as the template writes them. */
  argumentsText(args: Record<string, unknown>): string;
}

const NAME = 'sentinelname';
const OTHER_NAME = 'OtherSentinel_2';
const TEXT = 'sentineltext';
const ARGUMENTS = { sentinelkey: 'sentinelvalue' };
const OTHER_ARGUMENTS = { a: [1, true, null], b: { c: 'x "y"' } };

const TOOLS: PromptTool[] = [NAME, OTHER_NAME].map((name) => ({
  type: 'function',
  function: { name, description: 'A tool.', parameters: { type: 'object', properties: {} } },
}));
const USER = { role: 'user', content: 'Hi' } as const;

/**
 * Reads the form of a call off the template, by rendering made-up ones.
 * @throws ToolkitError (input) where it cannot write calls, or not so that selection and arguments can be told apart
 */
export function readTurnFormat(template: ChatTemplate, added: readonly AddedToken[], eos?: string): TurnFormat {
  const prompt = template.render({ messages: [USER], tools: TOOLS, generate: true });
  const passArguments = argumentsMode(template);
  const turn = (name: string, args: unknown) => {
    const text = template.render({
      messages: [USER, callMessage(name, passArguments(args))],
      tools: TOOLS,
      generate: false,
    });
    if (text.startsWith(prompt)) return text.slice(prompt.length);
    throw unsuited('it opens an assistant turn otherwise than its generation prompt does', text.slice(-200));
  };
  const call = splitCall(turn(NAME, ARGUMENTS));
  const text = template.render({
    messages: [USER, { role: 'assistant', content: TEXT }],
    tools: TOOLS,
    generate: false,
  });
  const [beforeText, restOfText] = splitText(text, prompt);
  const stop = findStop(call.after, restOfText, added, eos);
  const argumentsText = (args: Record<string, unknown>) =>
    Object.keys(args).length === 0
      ? '{}'
      : turn(NAME, args).slice(call.beforeName.length + NAME.length + call.between.length, -call.after.length);
  checkOther(call, turn(OTHER_NAME, OTHER_ARGUMENTS));
  if (![NAME, OTHER_NAME].every((name) => prompt.includes(name)))
    throw unsuited('it does not list the tools on offer', prompt);
  return {
    opening: prompt,
    beforeName: call.beforeName,
    beforeArguments: call.between,
    afterArguments: through(call.after, stop),
    beforeText,
    afterText: through(restOfText, stop),
    stop,
    argumentsText,
  };
}

/** Most templates take the arguments as an object; a few join them as text that the caller has made. */
function argumentsMode(template: ChatTemplate): (args: unknown) => unknown {
  const modes = [(args: unknown) => args, (args: unknown) => pythonJson(args)];
  const works = modes.find((mode) => {
    try {
      const messages = [USER, callMessage(NAME, mode(ARGUMENTS))];
      const text = template.render({ messages, tools: TOOLS, generate: false });
      return readJsonAt(text, text.lastIndexOf('{', text.lastIndexOf('sentinelkey'))) !== undefined;
    } catch {
      return false;
    }
  });
  if (works !== undefined) return works;
  throw unsuited('it does not render calls with JSON arguments');
}

interface CallParts {
  beforeName: string;
  between: string;
  after: string;
}

function splitCall(text: string): CallParts {
  const name = text.indexOf(NAME);
  const start = text.lastIndexOf('{', text.indexOf('sentinelkey'));
  const json = readJsonAt(text, start);
  if (name < 0 || json === undefined || canonicalJson(json.value) !== canonicalJson(ARGUMENTS)) {
    throw unsuited('it does not render calls with a name and JSON arguments', text);
  }
  if (start < name)
    throw unsuited('it writes the arguments before the name, so that they cannot be made in two steps', text);
  return {
    beforeName: text.slice(0, name),
    between: text.slice(name + NAME.length, start),
    after: text.slice(json.end),
  };
}

function checkOther({ beforeName, between, after }: CallParts, text: string): void {
  const before = beforeName + OTHER_NAME + between;
  const json = readJsonAt(text, before.length);
  const fits = text.startsWith(before) && json !== undefined && text.slice(json.end) === after;
  if (!fits || canonicalJson(json.value) !== canonicalJson(OTHER_ARGUMENTS)) {
    throw unsuited('it writes two calls in two different forms', text);
  }
}

function splitText(text: string, prompt: string): [string, string] {
  const start = text.indexOf(TEXT);
  if (!text.startsWith(prompt) || start < prompt.length)
    throw unsuited('it does not render an answer after its generation prompt', text);
  return [text.slice(prompt.length, start), text.slice(start + TEXT.length)];
}

function findStop(afterCall: string, afterText: string, added: readonly AddedToken[], eos = ''): string {
  const tokens = [eos, ...added.map(({ content }) => content)].filter(
    (token) => token !== '' && afterText.includes(token),
  );
  const first = tokens.toSorted((a, b) => afterText.indexOf(a) - afterText.indexOf(b))[0];
  if (first !== undefined && afterCall.includes(first)) return first;
  throw unsuited('calls and answers do not end with one and the same special token', `${afterCall} | ${afterText}`);
}

function through(text: string, stop: string): string {
  return text.slice(0, text.indexOf(stop) + stop.length);
}

/** JSON with the spaces that Python's `json.dumps` puts. */
function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${pythonJson(member)}`);
  return `{${members.join(', ')}}`;
}

function unsuited(why: string, found?: string): ToolkitError {
  return new ToolkitError({
    kind: 'input',
    what: `the chat template is not suited for tool calls: ${why}`,
    where: 'chat_template',
    found: found?.slice(-300),
    todo: 'use a base whose chat template writes a call as JSON, name first (Qwen2.5, Qwen3, Llama 3.1, Hermes), or put such a chat_template.jinja into its folder',
  });
}
