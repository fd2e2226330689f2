import { hashJson } from '../../core/hash.ts';
import { anyOf } from '../../core/prompt/any-of.ts';
import type { Random } from '../../core/random.ts';
import { SchemaValidators } from '../../core/schema-validators.ts';
import { RESPOND, type Tool } from '../../core/tool.ts';
import { type Call, stepsOf, type Trace } from '../../core/trace.ts';
import { maskedNames } from './masked-names.ts';
import { renameArguments } from './rename-arguments.ts';
import { parametersOf, renameSchema } from './rename-schema.ts';

/** Other names for tools and their parameters, as in function masking (Hammer, arXiv 2410.04587). */
export interface Mask {
  /** The tools under their other names, by id. */
  tools: ReadonlyMap<string, Tool>;
  /** The real names: of all tools, and of parameters by the tool's id. */
  hidden: { tools: ReadonlySet<string>; parameters: ReadonlyMap<string, ReadonlySet<string>> };
  /** The same trace with its calls written as the masked tools want them. */
  trace(trace: Trace): Trace;
  /** Whether its calls validate under the mask too; a schema that rules over names as values (`propertyNames`) may not let them. */
  fits(trace: Trace): boolean;
}

/**
 * Draws a mask for tools that may stand in one prompt. A parameter has another masked name in each tool. A description that speaks of its
 * tool, of a parameter or of another tool by name speaks of the masked one.
 */
export function drawMask(tools: readonly Tool[], random: Random): Mask {
  const hidden = new Map(tools.map(({ id, inputSchema }) => [id, new Set(parametersOf(inputSchema))]));
  const real = [RESPOND, ...tools.flatMap(({ id, name, promptName }) => [name, promptName, ...hidden.get(id)!])];
  const names = maskedNames(
    random,
    real.map((name) => name.toLowerCase()),
  );
  const drawn = tools.map((tool) => ({
    tool,
    name: names.tool(),
    parameters: new Map([...hidden.get(tool.id)!].map((parameter) => [parameter, names.parameter()])),
  }));
  const masked = new Map(drawn.map((one) => [one.tool.id, maskTool(one, drawn)]));
  const byId = new Map(drawn.map((one) => [one.tool.id, one]));
  const rename = (call: Call): Call => {
    const { tool, parameters } = byId.get(call.tool)!;
    const at = { schema: tool.inputSchema, root: tool.inputSchema };
    return { ...call, arguments: renameArguments(call.arguments, parameters, at) as Call['arguments'] };
  };
  const validators = new SchemaValidators();
  return {
    tools: masked,
    hidden: { tools: new Set(tools.flatMap(({ name, promptName }) => [name, promptName])), parameters: hidden },
    trace: (trace) => mapCalls(trace, rename),
    fits: (trace) =>
      stepsOf(trace).every(({ call }) => {
        if (call === null) return true;
        const schema = masked.get(call.tool)!.inputSchema;
        return validators.check(schema)(rename(call).arguments) === undefined;
      }),
  };
}

interface Drawn {
  tool: Tool;
  name: string;
  parameters: ReadonlyMap<string, string>;
}

function maskTool({ tool, name, parameters }: Drawn, all: readonly Drawn[]): Tool {
  const others = all.flatMap((other) => namesOf(other).filter(([real]) => !PLAIN_WORD.test(real)));
  const text = wordReplacer(new Map([...others, ...namesOf({ tool, name, parameters }), ...parameters]));
  const description = text(tool.description);
  const inputSchema = renameSchema(tool.inputSchema, { parameters, text });
  // The renderer remembers tools by their hash.
  const hash = hashJson({ masked: tool.hash, name, description, inputSchema });
  return { ...tool, name, promptName: name, description, inputSchema, hash };
}

/** `fetch` in the description of another tool is more likely the verb. */
const PLAIN_WORD = /^[A-Za-z]?[a-z]*$/;

function namesOf({ tool, name }: Drawn): [real: string, masked: string][] {
  return [
    [tool.name, name],
    [tool.promptName, name],
  ];
}

function wordReplacer(names: ReadonlyMap<string, string>): (text: string) => string {
  if (names.size === 0) return (text) => text;
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${anyOf([...names.keys()])})(?![\\p{L}\\p{N}_])`, 'gu');
  return (text) => text.replace(pattern, (name) => names.get(name)!);
}

function mapCalls(trace: Trace, change: (call: Call) => Call): Trace {
  const messages = trace.messages.map((message) =>
    message.role === 'assistant' && message.call ? { ...message, call: change(message.call) } : message,
  );
  return { ...trace, messages };
}
