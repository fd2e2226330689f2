import type { ChatCall, ChatMessage } from '../../../core/chat-model.ts';
import { orderArguments } from '../../../core/prompt/order-arguments.ts';
import { promptTool } from '../../../core/prompt/prompt-tool.ts';
import { SchemaValidators } from '../../../core/schema-validators.ts';
import { ArgumentsSchema, type Call, type Message, type ToolMessage } from '../../../core/trace.ts';
import type { Sandbox } from '../../../runtime/sandbox.ts';
import type { Refusal } from '../chat/refusal.ts';
import type { ToolModel } from '../concepts.ts';
import { callUnlessBroken } from '../state.ts';
import { textOf, untoldRefusal, untoldValue } from '../verify/untold-value.ts';
import { whyUseless } from '../verify/why-useless.ts';
import { toolMessage, type Workshop } from '../workshop.ts';
import type { School } from './teacher-unit.ts';

const MOST_CALLS = 5;
const SYSTEM = `You are an assistant that fulfils its user's wishes with the tools on offer. Make one call at a time, with the user's own values, and leave out optional arguments that nothing asks for. Do not ask back. When the wish is fulfilled, say so in one or two sentences.`;

/** A conversation from the query on, with at least one call, all of them valid and carried out. */
export interface Played {
  messages: Message[];
  calls: Call[];
}

/** Lets the teacher answer a query as an agent on the live servers. The first call that goes wrong spoils it: it would be learnt. */
export async function play({ workshop, teacher }: School, sandbox: Sandbox, query: string): Promise<Played | Refusal> {
  const tools = workshop.catalogue.tools.map((tool) => promptTool(tool, { descriptions: 'full' }));
  const chat: ChatMessage[] = [
    { role: 'system', content: SYSTEM },
    { role: 'user', content: query },
  ];
  const played: Played = { messages: [{ role: 'user', content: query }], calls: [] };
  for (;;) {
    const { content, calls, finish } = await teacher.ask({ messages: [...chat], tools });
    if (finish === 'length') return refuse('its answer was cut off');
    // One call at a time is what a trace can hold: it sees the result before it makes the next.
    const [written] = calls;
    if (written === undefined) return played.calls.length === 0 ? refuse('no tool was called') : ended(played, content);
    if (played.calls.length === MOST_CALLS) return refuse(`more than ${MOST_CALLS} calls were made`);
    const done = await carryOut(workshop, sandbox, written, played.messages);
    if ('reason' in done) return done;
    played.calls.push(done.call);
    played.messages.push({ role: 'assistant', call: done.call }, done.result);
    chat.push(
      { role: 'assistant', content, call: written },
      { role: 'tool', callId: written.id, content: done.result.content },
    );
  }
}

function ended({ messages, calls }: Played, content: string): Played {
  const words = content.trim();
  return { calls, messages: words === '' ? messages : [...messages, { role: 'assistant', content: words }] };
}

async function carryOut(
  workshop: Workshop,
  sandbox: Sandbox,
  written: ChatCall,
  before: readonly Message[],
): Promise<{ call: Call; result: ToolMessage } | Refusal> {
  const model = workshop.models.find(({ tool }) => tool.promptName === written.name);
  if (model === undefined) return refuse('a tool that is not on offer was called');
  const args = argumentsOf(model, written);
  if (args === undefined) return refuse(`arguments do not fit the schema of ${model.tool.id}`);
  // Before it is carried out: the server would blame the value, not who made it up.
  const isJudged = workshop.settings.synthesize.verify.provenance;
  const invented = isJudged ? untoldValue(model, args, textOf(before)) : undefined;
  if (invented !== undefined) return untoldRefusal(model, invented);
  const result = await callUnlessBroken(sandbox, model.tool.id, args);
  if (typeof result === 'string') return refuse(`${model.tool.id} broke its server`);
  if (!result.executed) return refuse(`${model.tool.id} may not be run`);
  const useless = whyUseless(workshop, model, { args, result });
  if (useless !== undefined) return refuse(useless);
  return { call: { tool: model.tool.id, arguments: args }, result: toolMessage(workshop, result) };
}

const validators = new SchemaValidators();

function argumentsOf({ tool }: ToolModel, { arguments: text }: ChatCall): Call['arguments'] | undefined {
  try {
    const { success, data } = ArgumentsSchema.safeParse(JSON.parse(text.trim() === '' ? '{}' : text));
    if (!success || validators.check(tool.inputSchema)(data) !== undefined) return undefined;
    return orderArguments(tool.inputSchema, data);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function refuse(reason: string, tell = `when it was answered, ${reason}`): Refusal {
  return { reason, tell };
}
