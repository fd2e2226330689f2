import { ToolkitError } from '../errors.ts';
import { hashJson } from '../hash.ts';
import type { Tokenizer } from '../tokenizer.ts';
import type { Tool } from '../tool.ts';
import type { Message } from '../trace.ts';
import { chatTemplate, type SpecialTokens } from './chat-template.ts';
import { controlText } from './control-text.ts';
import { type Cuts, cutsHold, findCuts } from './cuts.ts';
import { orderArguments } from './order-arguments.ts';
import { completionParser } from './parse-completion.ts';
import { promptTool } from './prompt-tool.ts';
import type { PromptSettings, Renderer } from './renderer.ts';
import { segmentEncoder } from './segment-encoder.ts';
import { templateMessages } from './template-messages.ts';
import { rendererFor } from './tools-block.ts';
import { readTurnFormat, type TurnFormat } from './turn-format.ts';

export interface RendererOptions {
  /** The base's chat template, Jinja. */
  template: string;
  specialTokens: SpecialTokens;
  tokenizer: Tokenizer;
  settings: PromptSettings;
  /** Tools that are not on offer, by id, of which conversations may hold calls; absent: there are none. */
  unlisted?: (id: string) => Tool | undefined;
}

/** How many lists of tools keep their rendering. */
const REMEMBERED_LISTS = 64;
/** How many tools are known to pass before all are checked again. */
const REMEMBERED_TOOLS = 10_000;

/**
 * Makes the renderer of a base: reads the form of a call off the template and the cuts off the tokenizer.
 * @throws ToolkitError (input) where template or tokenizer do not suit
 */
export function createRenderer(options: RendererOptions): Renderer {
  const { template: source, specialTokens, tokenizer, settings, unlisted } = options;
  const template = chatTemplate(source, specialTokens);
  const control = controlText(source, tokenizer.added);
  const format = readTurnFormat(template, tokenizer.added, specialTokens.eos);
  const cuts = findCuts(format, segmentEncoder(tokenizer));
  const texts = cutTexts(format, cuts);
  const check = toolCheck(format, cuts, tokenizer);
  const { parse, parseAll, wordsSoFar } = completionParser(format);
  const listedBy = (how: { described: boolean }) =>
    remember(REMEMBERED_LISTS, (tools: readonly Tool[], system: string | undefined) => {
      for (const tool of tools) check(tool);
      const shown = tools.map((tool) => control.neutralise(promptTool(tool, settings, how)));
      return rendererFor(template, shown, system === undefined ? undefined : { role: 'system', content: system });
    });
  const whole = listedBy({ described: false });
  const ofSelector = settings.selectorTools === 'described' ? listedBy({ described: true }) : whole;

  /** @param shown those of the tools that the prompt lists; the conversation may hold calls of any */
  const promptWith = (messages: readonly Message[], tools: readonly Tool[], shown: readonly Tool[], listed = whole) => {
    const byId = new Map(tools.map((tool) => [tool.id, tool]));
    const converted = templateMessages(messages, { tools: byId, unlisted, control, system: settings.system });
    const [first] = converted;
    return listed(shown, first?.role === 'system' ? first.content : undefined)({ messages: converted, generate: true });
  };
  const jsonOf = (tool: Tool, args: Record<string, unknown>) =>
    format.argumentsText(control.neutralise(orderArguments(tool.inputSchema, args)));
  const argumentsSpan = (tool: Tool, args: Record<string, unknown>) =>
    texts.beforeArguments + jsonOf(tool, args) + format.afterArguments;
  const generationPrompt = (messages: readonly Message[], tools: readonly Tool[]) => promptWith(messages, tools, tools);
  const selectionPrompt = (...view: Parameters<typeof promptWith>) => {
    const text = promptWith(...view) + format.beforeName;
    return text.slice(0, text.length - cuts.beforeName);
  };
  const nameSpan = (promptName: string) => texts.beforeName + promptName + texts.afterName;

  return {
    settings,
    stop: format.stop,
    hash: hashJson({ template: source, specialTokens, settings }),
    argumentsFrame: { before: texts.beforeArguments, after: format.afterArguments },
    generationPrompt,
    selectorPrompt: (messages, tools) => selectionPrompt(messages, tools, tools, ofSelector),
    nameSpan,
    argumentsPrompt: (messages, tools, promptName) => {
      const chosen = (tool: Tool) => settings.argumentTools === 'all' || tool.promptName === promptName;
      return selectionPrompt(messages, tools, tools.filter(chosen)) + nameSpan(promptName) + texts.between;
    },
    argumentsSpan,
    completion: ({ call, content }) =>
      call === null
        ? format.beforeText + control.neutralise(content.trim()) + format.afterText
        : format.beforeName +
          call.tool.promptName +
          format.beforeArguments +
          jsonOf(call.tool, call.arguments) +
          format.afterArguments,
    parse: (completion) => control.restore(parse(completion)),
    parseAll: (completion) => control.restore(parseAll(completion)),
    wordsSoFar: (completion) => control.restore(control.settled(wordsSoFar(completion))),
  };
}

/** The constant texts around the cuts. */
function cutTexts(format: TurnFormat, cuts: Cuts) {
  const toName = format.opening + format.beforeName;
  const argumentsCut = format.beforeArguments.length - cuts.beforeArguments;
  return {
    beforeName: toName.slice(toName.length - cuts.beforeName),
    afterName: format.beforeArguments.slice(0, cuts.afterName),
    between: format.beforeArguments.slice(cuts.afterName, argumentsCut),
    beforeArguments: format.beforeArguments.slice(argumentsCut),
  };
}

/** The cuts were found for names and arguments in general; each real tool is checked once. */
function toolCheck(format: TurnFormat, cuts: Cuts, tokenizer: Tokenizer): (tool: Tool) => void {
  const checked = new Set<string>();
  const encode = segmentEncoder(tokenizer);
  return (tool) => {
    const key = `${tool.promptName} ${tool.hash}`;
    if (checked.has(key)) return;
    const keys = Object.keys((tool.inputSchema.properties as object | undefined) ?? {});
    const args = ['{}', ...keys.map((name) => `{${JSON.stringify(name)}: "x"}`)];
    if (!cutsHold(format, cuts, encode, tool.promptName, args)) {
      throw new ToolkitError({
        kind: 'input',
        what: 'the tokenizer merges this tool’s name or arguments with the text before them, so that its calls cannot be cut',
        where: tool.id,
        found: tool.promptName,
        todo: 'leave the tool out (tools.exclude), or use another base',
      });
    }
    if (checked.size >= REMEMBERED_TOOLS) checked.clear();
    checked.add(key);
  };
}

/** Remembers by the tools' content, not by the array: callers build theirs anew. */
function remember<T>(limit: number, make: (tools: readonly Tool[], system: string | undefined) => T): typeof make {
  const known = new Map<string, T>();
  return (tools, system) => {
    const key = JSON.stringify([system, ...tools.map(({ id, promptName, hash }) => [id, promptName, hash])]);
    const value = known.get(key) ?? make(tools, system);
    known.delete(key);
    known.set(key, value);
    if (known.size > limit) known.delete(known.keys().next().value!);
    return value;
  };
}
