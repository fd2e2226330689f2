import { z } from 'zod';
import type { ChatAnswer, ChatMessage, ChatRequest } from '../../../core/chat-model.ts';
import type { BoundedChatModel } from '../chat/bounded-chat-model.ts';
import { jsonIn } from '../chat/json-in.ts';
import type { Refusal } from '../chat/refusal.ts';

const ATTEMPTS = 4;
/** Longest part of a refused answer that is shown to the teacher again. */
const LONGEST_SHOWN = 1000;
const QuerySchema = z.object({ query: z.string().trim().min(1).max(4000) });
const FORM: ChatRequest['form'] = {
  name: 'query',
  schema: {
    type: 'object',
    properties: { query: { type: 'string' } },
    required: ['query'],
    additionalProperties: false,
  },
};

export interface QueryQuestion {
  prompt: readonly ChatMessage[];
  /** Says what is wrong with a query. */
  check: (query: string) => Refusal | undefined;
  /** Is told of each that was refused. */
  onRefusal: (refusal: Refusal) => void;
}

/** Queries until one is good enough for who asks: a refusal that is handed to `next` is told to the teacher, who then writes another. */
export async function* askQueries(
  teacher: BoundedChatModel,
  { prompt, check, onRefusal }: QueryQuestion,
): AsyncGenerator<string, void, Refusal> {
  const messages = [...prompt];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const answer = await teacher.ask({ messages: [...messages], form: FORM });
    const read = readQuery(answer);
    const refusal = typeof read === 'string' ? (check(read) ?? (yield read)) : read;
    onRefusal(refusal);
    messages.push(
      { role: 'assistant', content: answer.content.slice(0, LONGEST_SHOWN) || '(nothing)' },
      {
        role: 'user',
        content: `That will not do: ${refusal.tell}. Write another one, and answer with nothing but the JSON.`,
      },
    );
  }
}

function readQuery({ content, finish, calls }: ChatAnswer): string | Refusal {
  if (finish === 'length') return { reason: 'answer was cut off', tell: 'it is too long' };
  if (finish !== 'stop' && calls.length === 0 && content === '')
    return { reason: `answer was withheld (${finish})`, tell: 'there was no answer' };
  const { success, data } = QuerySchema.safeParse(jsonIn(content));
  return success
    ? data.query
    : { reason: 'answer is not the JSON asked for', tell: 'it is not JSON of the form {"query": "…"}' };
}
