import type { StageEvent } from '../../core/event.ts';
import { seededRandom } from '../../core/random.ts';
import { buildToolIndex } from '../../runtime/hierarchy.ts';
import type { BenchRow } from '../bench-row.ts';
import type { Questions } from './bfcl-questions.ts';
import { mean, recall } from './recall.ts';

const LIMIT = 20;

export interface RecallSize {
  tools: number;
  /** How many catalogues of that size are drawn. */
  draws: number;
  target: number;
}

/** How often the tools that a question takes are among the best 20, in catalogues drawn from all functions. */
export async function* recallRow(
  { tools, cases }: Questions,
  { tools: size, draws, target }: RecallSize,
): AsyncGenerator<StageEvent, BenchRow, undefined> {
  const found: { recall: number; byUser: boolean; tool: string }[] = [];
  for (let draw = 0; draw < draws; draw++) {
    yield { type: 'progress', stage: 'hierarchy', done: draw, total: draws, note: `catalogues of ${size} tools` };
    const drawn = seededRandom('bench-hierarchy', size, draw).sample(tools, size);
    const ids = new Set(drawn.map(({ id }) => id));
    const index = buildToolIndex(drawn);
    for (const one of cases.filter(({ wanted }) => wanted.every((id) => ids.has(id))))
      found.push({ recall: recall(index, one, LIMIT), byUser: one.byUser, tool: one.wanted[0]! });
  }
  const of = (byUser: boolean) => found.filter((one) => one.byUser === byUser).map(({ recall }) => recall);
  const ratio = mean(found.map(({ recall }) => recall));
  const tool = mean(
    [...Map.groupBy(found, ({ tool }) => tool).values()].map((rows) => mean(rows.map(({ recall }) => recall))),
  );
  const parts = `${show(of(true))} by users of the functions, ${show(of(false))} written for the benchmark`;
  const note = `recall@${LIMIT} of ${size} tools: ${found.length} questions (${parts}; each tool counting once: ${tool.toFixed(3)}) in ${draws} catalogues drawn from BFCL v4's ${tools.length} functions`;
  return { name: `recall-${size}`, ratio, target, limit: 1, pass: ratio >= target, note };
}

function show(recalls: readonly number[]): string {
  return `${mean(recalls).toFixed(3)} of ${recalls.length}`;
}
