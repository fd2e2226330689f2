import type { Context } from '../../core/context.ts';
import type { StageEvent } from '../../core/event.ts';
import type { BenchRow } from '../bench-row.ts';
import { bfclData } from '../bfcl/fetched-data.ts';
import { bfclConversations } from './bfcl-conversations.ts';
import { bfclQuestions } from './bfcl-questions.ts';
import { demoRow } from './demo-row.ts';
import { groupsRow } from './groups-row.ts';
import { recallRow } from './recall-row.ts';
import { timeRow } from './time-row.ts';

const STAGE = 'hierarchy';
const SIZES = [
  { tools: 50, draws: 40, target: 0.97 },
  { tools: 200, draws: 10, target: 0.95 },
  { tools: 1000, draws: 3, target: 0.93 },
];

/** Recall and time of the hierarchy, on functions and questions that nobody wrote for it. */
export async function* hierarchyRows(
  context: Context,
  runs: number,
): AsyncGenerator<StageEvent, BenchRow[], undefined> {
  const folder = yield* bfclData(context);
  const questions = await bfclQuestions(folder);
  const rows: BenchRow[] = [];
  for (const size of SIZES) rows.push(yield* recallRow(questions, size));
  yield { type: 'progress', stage: STAGE, done: 0, note: 'conversations' };
  rows.push(groupsRow(await bfclConversations(folder), questions));
  rows.push(yield* demoRow(context));
  rows.push(timeRow(questions, runs));
  return rows;
}
