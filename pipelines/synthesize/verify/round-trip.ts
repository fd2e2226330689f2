import type { ChatAnswer } from '../../../core/chat-model.ts';
import { promptTool } from '../../../core/prompt/prompt-tool.ts';
import type { Tool } from '../../../core/tool.ts';
import { ArgumentsSchema, type Call, type Step, stepsOf, type Trace } from '../../../core/trace.ts';
import { argsAst } from '../../scoring/args-ast.ts';
import type { BoundedChatModel } from '../chat/bounded-chat-model.ts';
import { chatMessages } from '../chat/chat-messages.ts';
import { jsonIn } from '../chat/json-in.ts';
import type { Refusal } from '../chat/refusal.ts';
import { confusableTools } from './confusable-tools.ts';

const SYSTEM =
  "You are an assistant that fulfils its user's wishes with the tools on offer. Make the one call that is to be made next, with the user's own values, and leave out optional arguments that nothing asks for. Where none of the tools is needed, or none can do it, call none and answer in words.";
const LONGEST_SHOWN = 300;

/**
 * Lets a second reader make each call of a trace, from what was said before it, among tools that are easily confused: it has to come to the same
 * call, by the `args_ast` score. A trace without a call has to be read as one. A call that fails by design is not read.
 * @returns why the trace is refused
 */
export async function roundTrip(
  reader: BoundedChatModel,
  tools: readonly Tool[],
  trace: Trace,
): Promise<Refusal | undefined> {
  const offered = tools.filter(({ id }) => trace.tools.includes(id));
  const steps = stepsOf(trace);
  const read = steps.filter((step) => isRead(trace, step));
  const refusals = await Promise.all(
    read.map(async (step) => {
      // Calls that do not need one another may come in any order.
      const golds = (trace.provenance.kind === 'parallel' ? read.slice(read.indexOf(step)) : [step])
        .map(({ call }) => call)
        .filter((call) => call !== null);
      return readStep(reader, offered, { step, golds });
    }),
  );
  return refusals.find((refusal) => refusal !== undefined);
}

function isRead({ provenance }: Trace, { call, result }: Step): boolean {
  return call === null ? provenance.kind === 'respond' : result?.isError !== true;
}

async function readStep(
  reader: BoundedChatModel,
  tools: readonly Tool[],
  { step, golds }: { step: Step; golds: readonly Call[] },
): Promise<Refusal | undefined> {
  const [gold] = golds;
  const query = step.before.findLast(({ role }) => role === 'user')?.content ?? '';
  const among = confusableTools(tools, tools.find(({ id }) => id === gold?.tool) ?? query);
  const answer = await reader.ask({
    messages: [{ role: 'system', content: SYSTEM }, ...chatMessages(step.before, tools)],
    tools: among.map((tool) => promptTool(tool, { descriptions: 'full' })),
  });
  return gold === undefined ? whyNotWithout(answer, among) : whyNot(answer, { golds, among });
}

function whyNotWithout({ calls: [written] }: ChatAnswer, among: readonly Tool[]): Refusal | undefined {
  if (written === undefined) return undefined;
  return refuse(`${nameOf(among, written.name)} was read where no tool is needed`);
}

function whyNot(
  { calls: [written], finish }: ChatAnswer,
  { golds, among }: { golds: readonly Call[]; among: readonly Tool[] },
): Refusal | undefined {
  if (written === undefined) return refuse(finish === 'length' ? 'answer was cut off' : 'no call');
  const read = among.find(({ promptName }) => promptName === written.name);
  const meant = golds.filter(({ tool }) => tool === read?.id);
  if (meant.length === 0) return refuse(`${golds[0]!.tool} was read as ${nameOf(among, written.name)}`);
  const { data } = ArgumentsSchema.safeParse(written.arguments.trim() === '' ? {} : jsonIn(written.arguments));
  const isSame = (call: Call) =>
    data !== undefined &&
    argsAst(read!.inputSchema, { name: read!.promptName, arguments: call.arguments }, data) === undefined;
  if (meant.some(isSame)) return undefined;
  return refuse(`other arguments for ${read!.id}`, `: ${written.arguments.slice(0, LONGEST_SHOWN)}`);
}

/** What stands in a reason is of the catalogue, not of the answer. */
function nameOf(among: readonly Tool[], name: string): string {
  return among.find(({ promptName }) => promptName === name)?.id ?? 'a tool that is not on offer';
}

function refuse(what: string, more = ''): Refusal {
  return { reason: `round trip: ${what}`, tell: `another assistant did not make the same call of it (${what}${more})` };
}
