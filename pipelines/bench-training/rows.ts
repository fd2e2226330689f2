import { join } from 'node:path';
import { EMBEDDED_BASE } from '../../core/project.ts';
import type { BenchFile } from '../../trainers/bench/bench-inputs.ts';
import { queueLimits } from './queue-limits.ts';
import type { QueueCase } from './queue-row.ts';
import type { StepCase } from './step-row.ts';
import type { TogetherCase } from './together-row.ts';

export const ROW_NAMES = [
  'step-600',
  'activated-600',
  'activated-4000',
  'memory-600',
  'memory-4000',
  'memory-activated-4000',
  'queue',
  'queue-activated',
  'together',
  'makespan',
] as const;
export type RowName = (typeof ROW_NAMES)[number];

export interface Rows {
  steps: StepCase[];
  memory: StepCase[];
  queues: QueueCase[];
  together: TogetherCase;
}

/** Tokens between a sample's query and what is trained: the end of the user's turn (2) and the head of the assistant's (3), which is the invocation. */
const HEAD = 5;
const INVOCATION = 3;
const QUERY = 8;
/** What each row measures. P tokens of a prompt, S of a sample's own, of which in `activated` all before the head of the assistant's turn is kept. */
export function benchRows(folder: string): Rows {
  const file = (name: string, rest: Omit<BenchFile, 'path' | 'query'>): BenchFile => ({
    path: join(folder, `${name}.jsonl`),
    query: QUERY,
    ...rest,
  });
  const packed = (shared: number, own: number, batch: number) => ({
    file: file(`shared-${shared}`, { shared, trained: own - QUERY - HEAD, count: 2 * batch }),
    method: 'shared-prefix' as const,
    batch,
    limit: (batch * (shared + own)) / (shared + batch * own),
  });
  const kept = (prefix: number, own: number, batch: number) => ({
    file: file(`kept-${prefix}`, {
      shared: prefix - QUERY - (HEAD - INVOCATION),
      trained: own - INVOCATION,
      count: 2 * batch,
    }),
    method: 'activated' as const,
    batch,
    limit: (prefix + own) / own,
  });
  // A selector's prompt lists all tools, an argument adapter's one.
  const selector = { shared: 600, trained: 4, count: 64 };
  const tool = { shared: 300, trained: 27, count: 16 };
  const form = { batch: 16, epochs: 4, query: QUERY + HEAD, invocation: INVOCATION };
  const limits = queueLimits([selector, ...Array.from({ length: 8 }, () => tool)], form);
  const queue = {
    batch: form.batch,
    epochs: form.epochs,
    target: 12,
    files: [file('selector', selector), ...Array.from({ length: 8 }, (_, at) => file(`tool-${at}`, tool))],
  };
  return {
    steps: [
      { name: 'step-600', ...packed(600, 40, 16), target: 5 },
      { name: 'activated-600', ...kept(600, 40, 16), target: 10 },
      { name: 'activated-4000', ...kept(4000, 100, 4), target: 30 },
    ],
    memory: [
      { name: 'memory-600', ...packed(600, 40, 16), target: 3 },
      { name: 'memory-4000', ...packed(4000, 100, 16), target: 5 },
      { name: 'memory-activated-4000', ...kept(4000, 100, 4), target: 5 },
    ],
    queues: [
      { name: 'queue', method: 'shared-prefix', limit: limits['shared-prefix'], ...queue },
      { name: 'queue-activated', method: 'activated', limit: limits.activated, ...queue },
    ],
    together: {
      name: 'together',
      adapters: 16,
      base: EMBEDDED_BASE,
      file: file('together', { shared: 16, trained: 16, count: 12 }),
      target: 2.5,
    },
  };
}
