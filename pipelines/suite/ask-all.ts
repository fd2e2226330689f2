import type { ChatAnswer, ChatRequest } from '../../core/chat-model.ts';
import type { BoundedChatModel } from '../synthesize/chat/bounded-chat-model.ts';

/** Asks several things at once. All answers are waited for, as they are paid for and kept, before the first failure is thrown. */
export async function askAll(model: BoundedChatModel, requests: readonly ChatRequest[]): Promise<ChatAnswer[]> {
  const settled = await Promise.allSettled(requests.map((request) => model.ask(request)));
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}
