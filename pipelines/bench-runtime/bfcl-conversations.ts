import { join } from 'node:path';
import { z } from 'zod';
import { readJsonl } from '../../core/jsonl.ts';
import type { Tool } from '../../core/tool.ts';
import type { Message } from '../../core/trace.ts';
import { BfclFunctionSchema } from '../bfcl/question-file.ts';
import type { Questions } from './bfcl-questions.ts';
import { bfclTool } from './bfcl-tool.ts';

/** File of the functions of each API, by its class. */
const APIS: Record<string, string> = {
  GorillaFileSystem: 'gorilla_file_system',
  MathAPI: 'math_api',
  MessageAPI: 'message_api',
  TwitterAPI: 'posting_api',
  TicketAPI: 'ticket_api',
  TradingBot: 'trading_bot',
  TravelAPI: 'travel_booking',
  VehicleControlAPI: 'vehicle_control',
};

const FILE = 'BFCL_v4_multi_turn_base.json';
const ConversationSchema = z.object({
  id: z.string(),
  question: z.array(z.array(z.object({ role: z.string(), content: z.string() }))),
  involved_classes: z.array(z.string()),
});
/** Of each turn the calls, as Python: `cd(folder='document')`. */
const AnswerSchema = z.object({ id: z.string(), ground_truth: z.array(z.array(z.string())) });

/** BFCL's conversations: a case for each turn with calls, with what was said and called before it. Its tools are eight APIs, each a group. */
export async function bfclConversations(folder: string): Promise<Questions> {
  const tools: Tool[] = [];
  for (const [api, file] of Object.entries(APIS))
    for await (const one of readJsonl(join(folder, 'multi_turn_func_doc', `${file}.json`), BfclFunctionSchema))
      tools.push(bfclTool(one, api));
  const answers = new Map<string, string[][]>();
  for await (const { id, ground_truth } of readJsonl(join(folder, 'possible_answer', FILE), AnswerSchema))
    answers.set(id, ground_truth);
  const cases: Questions['cases'] = [];
  for await (const { id, question, involved_classes: apis } of readJsonl(join(folder, FILE), ConversationSchema)) {
    const messages: Message[] = [];
    for (const [turn, said] of question.entries()) {
      messages.push(...said.map(({ content }): Message => ({ role: 'user', content })));
      const wanted = calledTools(answers.get(id)?.[turn] ?? [], tools, apis);
      if (wanted.length > 0 && said.length > 0) cases.push({ query: [...messages], wanted, byUser: false });
      messages.push(...wanted.map((tool): Message => ({ role: 'assistant', call: { tool, arguments: {} } })));
    }
  }
  return { tools, cases };
}

function calledTools(calls: readonly string[], tools: readonly Tool[], apis: readonly string[]): string[] {
  const names = new Set(calls.map((call) => /^\w+/.exec(call)?.[0]));
  return tools.filter(({ name, group }) => names.has(name) && apis.includes(group)).map(({ id }) => id);
}
