import { z } from 'zod';
import { isDeeper } from '../../core/is-deeper.ts';
import { type JsonSchema, JsonSchemaSchema } from '../../core/tool.ts';
import type { ChatTurn, OfferedTool, StepChoice, StepRequest } from '../chat/step-request.ts';
import { ApiError } from './api-error.ts';
import { turnsOf } from './turns.ts';

/** Models that a client may ask for. */
export const MODELS = { bundle: 'dualtune', base: 'base' } as const;

const MOST_TOOLS = 1024;
const MOST_MESSAGES = 4096;
const MOST_STOPS = 16;
/** Deeper nesting makes recursive readers fail, and no honest schema has it. */
const DEEPEST = 64;

const NameSchema = z
  .string()
  .regex(/^[a-zA-Z0-9_-]{1,64}$/, 'a name of 1 to 64 of the characters a-z, A-Z, 0-9, _ and -');

const TextSchema = z.union(
  [
    z.string(),
    z
      .array(
        z.looseObject({
          type: z.enum(['text', 'refusal']),
          text: z.string().optional(),
          refusal: z.string().optional(),
        }),
      )
      .transform((parts) => parts.map(({ text, refusal }) => text ?? refusal ?? '').join('\n')),
  ],
  'a text, or an array of parts of the type text',
);

const CallSchema = z.looseObject({
  id: z.string().min(1),
  type: z.literal('function').optional(),
  function: z.looseObject({ name: NameSchema, arguments: z.string() }),
});

export const MessageSchema = z.discriminatedUnion('role', [
  z.looseObject({ role: z.enum(['system', 'developer']), content: TextSchema }),
  z.looseObject({ role: z.literal('user'), content: TextSchema }),
  z.looseObject({
    role: z.literal('assistant'),
    content: TextSchema.nullish(),
    tool_calls: z.array(CallSchema).nullish(),
  }),
  z.looseObject({ role: z.literal('tool'), tool_call_id: z.string(), content: TextSchema }),
]);
export type RequestMessage = z.infer<typeof MessageSchema>;

const ToolSchema = z.looseObject({
  type: z.literal('function'),
  function: z.looseObject({
    name: NameSchema,
    description: z.string().nullish(),
    parameters: JsonSchemaSchema.nullish(),
  }),
});

const ChoiceSchema = z.union(
  [
    z.enum(['auto', 'none', 'required']),
    z
      .looseObject({ type: z.literal('function'), function: z.looseObject({ name: z.string() }) })
      .transform(({ function: { name } }) => ({ name })),
  ],
  'auto, none, required, or {"type": "function", "function": {"name": …}}',
);

const LimitSchema = z.int().positive().nullish();

/** What would change the answer, and is not there: better refused than passed over. */
const REFUSED = {
  functions: z.null('is not supported: use tools').optional(),
  function_call: z.null('is not supported: use tool_choice').optional(),
  n: z.literal(1, 'there is one answer: 1').nullish(),
  logprobs: z.literal(false, 'is not supported').nullish(),
  audio: z.null('is not supported').optional(),
  response_format: z.looseObject({ type: z.literal('text', 'only text is supported') }).nullish(),
};

const BodySchema = z
  .looseObject({
    ...REFUSED,
    model: z.string(),
    messages: z.array(MessageSchema).min(1).max(MOST_MESSAGES),
    tools: z.array(ToolSchema).max(MOST_TOOLS).nullish(),
    tool_choice: ChoiceSchema.nullish(),
    parallel_tool_calls: z.boolean().nullish(),
    stream: z.boolean().nullish(),
    stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
    max_tokens: LimitSchema,
    max_completion_tokens: LimitSchema,
    stop: z
      .union([z.string(), z.array(z.string()).max(MOST_STOPS)])
      .nullish()
      .transform((stop) => [stop ?? []].flat().filter((text) => text !== '')),
  })
  .superRefine(({ tools, tool_choice: choice }, { addIssue }) => {
    const names = (tools ?? []).map((tool) => tool.function.name);
    const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
    if (twice >= 0)
      addIssue({ code: 'custom', path: ['tools', twice], message: `a second tool named ${names[twice]}` });
    if (choice === null || choice === undefined || choice === 'auto' || choice === 'none') return;
    if (names.length === 0) addIssue({ code: 'custom', path: ['tool_choice'], message: 'there are no tools' });
    else if (choice !== 'required' && !names.includes(choice.name))
      addIssue({ code: 'custom', path: ['tool_choice'], message: `there is no tool named ${choice.name}` });
  });

/** A request for a completion, as far as this server looks at it. */
export interface ChatCompletionRequest {
  step: StepRequest;
  stream: boolean;
  includeUsage: boolean;
}

/**
 * Reads the body of a request for a chat completion. Members that only shape sampling (temperature, seed, …) are passed over: answers are greedy.
 * @throws ApiError (400, 404) naming what is wrong
 */
export function readChatRequest(text: string): ChatCompletionRequest {
  const body = parseBody(text);
  const { success, data, error } = BodySchema.safeParse(body);
  if (!success) {
    const { path, message } = error.issues[0]!;
    const param = path.map(String).join('.');
    throw invalid(`${param || 'the body'}: ${message}`, param || undefined);
  }
  if (data.model !== MODELS.bundle && data.model !== MODELS.base) throw noModel(data.model);
  return {
    step: {
      turns: turnsOf(data.messages) satisfies ChatTurn[],
      tools: (data.tools ?? []).map(toolOf),
      choice: (data.tool_choice ?? 'auto') satisfies StepChoice,
      maxTokens: data.max_completion_tokens ?? data.max_tokens ?? undefined,
      stops: data.stop,
      ...(data.model === MODELS.base ? { model: 'base' } : {}),
    },
    stream: data.stream === true,
    includeUsage: data.stream_options?.include_usage === true,
  };
}

/** A request for a model that is not there. */
export function noModel(name: string): ApiError {
  const what = `There is no model ${JSON.stringify(name.slice(0, 100))}: there are ${Object.values(MODELS).join(' and ')}.`;
  return new ApiError(404, 'model_not_found', what, { param: 'model' });
}

function toolOf({ function: { name, description, parameters } }: z.infer<typeof ToolSchema>): OfferedTool {
  const empty: JsonSchema = { type: 'object', properties: {} };
  return { name, description: description ?? '', parameters: parameters ?? empty };
}

function parseBody(text: string): unknown {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw invalid(`the body is no JSON: ${(error as Error).message.slice(0, 200)}`);
  }
  if (isDeeper(body, DEEPEST)) throw invalid(`the body is nested deeper than ${DEEPEST} levels`);
  return body;
}

function invalid(message: string, param?: string): ApiError {
  return new ApiError(400, 'invalid_request', message, { param });
}
