import { describe, expect, it } from 'vitest';
import type { StageEvent } from '../../../core/event.ts';
import { bfclTool } from '../../../pipelines/bench-runtime/bfcl-tool.ts';
import { recall } from '../../../pipelines/bench-runtime/recall.ts';
import { recallRow } from '../../../pipelines/bench-runtime/recall-row.ts';
import { timeRow } from '../../../pipelines/bench-runtime/time-row.ts';
import { buildToolIndex } from '../../../runtime/hierarchy.ts';

/** Tools that share no word, and a question for each. */
const tools = Array.from({ length: 60 }, (_, at) => bfclTool({ name: `w${at}x`, description: '', parameters: {} }));
const asking = (word: (at: number) => string) =>
  tools.map(({ id }, at) => ({ query: word(at), wanted: [id], byUser: at % 2 === 0 }));
const right = asking((at) => `w${at}x`);

async function end<T>(events: AsyncGenerator<StageEvent, T>): Promise<T> {
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value;
  }
}

describe('recall', () => {
  const index = buildToolIndex(tools);

  it('is the share of the wanted tools among the best', () => {
    const wanted = ['w1x', 'w59x', 'w7x'];
    expect(recall(index, { query: 'w1x w7x', wanted, byUser: true }, 2)).toBeCloseTo(2 / 3);
    expect(recall(index, { query: 'w1x w7x', wanted, byUser: true }, 1)).toBeCloseTo(1 / 3);
    expect(recall(index, { query: 'nothing', wanted, byUser: true }, 60)).toBe(1);
  });

  it('has what was called among the chosen, in their number', () => {
    const query = [
      { role: 'assistant', call: { tool: 'w59x', arguments: {} } },
      { role: 'user', content: 'w1x w7x' },
    ] as const;
    expect(recall(index, { query, wanted: ['w59x'], byUser: true }, 2)).toBe(1);
    expect(recall(index, { query, wanted: ['w1x', 'w7x'], byUser: true }, 2)).toBe(0.5);
  });
});

describe('recallRow', () => {
  it('passes what is found, and only that', async () => {
    const size = { tools: 40, draws: 3, target: 0.97 };
    const found = await end(recallRow({ tools, cases: right }, size));
    expect(found).toMatchObject({ name: 'recall-40', ratio: 1, pass: true, limit: 1 });
    expect(found.note).toContain('120 questions');
    const lost = await end(recallRow({ tools, cases: asking(() => 'nothing') }, size));
    expect(lost).toMatchObject({ ratio: 0.5, pass: false });
  });
});

describe('timeRow', () => {
  it('is the limit by the median', () => {
    const row = timeRow({ tools, cases: right }, 5);
    expect(row.ratio).toBeGreaterThan(0);
    expect(row.note).toMatch(/runs: ([\d.]+, ){4}[\d.]+\)/);
  });
});
