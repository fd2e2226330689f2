import { ToolkitError } from '../../core/errors.ts';
import type { SchemaValidators } from '../../core/schema-validators.ts';
import type { Tool } from '../../core/tool.ts';
import { type Message, MessageSchema } from '../../core/trace.ts';
import type { GoldAnswer } from '../scoring/gold-answer.ts';
import type { Category } from './categories.ts';
import type { Answer, Question } from './question-file.ts';
import { questionTools } from './question-tools.ts';

/** One question of BFCL. */
export interface BfclCase {
  id: string;
  category: Category;
  messages: Message[];
  /** On offer; `name` is the function's own. */
  tools: Tool[];
  /** By the functions' own names; none where no certain call is wanted. */
  gold: GoldAnswer;
}

/**
 * A question with its answer. @returns why it cannot be asked or scored, where that is so
 * @param answer `undefined` in categories without possible answers
 */
export function bfclCase(
  category: Category,
  { id, question, function: functions }: Question,
  answer: Answer | undefined,
  validators: SchemaValidators,
): BfclCase | string {
  if (question.length !== 1) return `it has ${question.length} turns, expected 1`;
  const messages: Message[] = [];
  for (const { role, content } of question[0]!) {
    const said = role === 'tool' ? undefined : MessageSchema.safeParse({ role, content });
    if (!said?.success) return `it has a message that cannot be shown: ${role}, ${content.length} characters`;
    messages.push(said.data);
  }
  if (!messages.some(({ role }) => role === 'user')) return 'it has no message of the user';
  const tools = questionTools(functions);
  const trouble = toolTrouble(tools, validators) ?? answerTrouble(answer, tools);
  if (trouble !== undefined) return trouble;
  return { id, category, messages, tools, gold: goldOf(answer) };
}

function toolTrouble(tools: readonly Tool[], validators: SchemaValidators): string | undefined {
  const names = new Set(tools.map(({ name }) => name));
  if (names.size < tools.length) return 'two of its functions have one name';
  for (const { name, inputSchema } of tools) {
    try {
      validators.check(inputSchema);
    } catch (error) {
      if (!(error instanceof ToolkitError)) throw error;
      return `${name}: ${error.details.what}`;
    }
  }
  return undefined;
}

function answerTrouble(answer: Answer | undefined, tools: readonly Tool[]): string | undefined {
  if (answer === undefined) return undefined;
  if (answer.ground_truth.length === 0) return 'its answer has no call';
  for (const call of answer.ground_truth) {
    const [name, ...more] = Object.keys(call);
    if (name === undefined || more.length > 0) return 'its answer has a call that is not of one function';
    if (!tools.some((tool) => tool.name === name)) return `its answer calls ${name}, which is not on offer`;
    const empty = Object.entries(call[name]!).find(([, values]) => !Array.isArray(values) || values.length === 0);
    if (empty) return `its answer has no possible value for ${empty[0]}: no call can be right`;
  }
  return undefined;
}

function goldOf(answer: Answer | undefined): GoldAnswer {
  const calls = (answer?.ground_truth ?? []).flatMap((call) => Object.entries(call));
  return calls.map(([name, possible]) => ({ name, possible: possible as Record<string, unknown[]> }));
}
