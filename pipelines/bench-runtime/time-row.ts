import { seededRandom } from '../../core/random.ts';
import { buildToolIndex } from '../../runtime/hierarchy.ts';
import type { BenchRow } from '../bench-row.ts';
import { median } from '../scoring/median.ts';
import type { Questions } from './bfcl-questions.ts';

const TOOLS = 1000;
const QUERIES = 200;
const MOST_MS = 5;

/** How long it takes to choose candidates: of each run the median query, of all runs the median. */
export function timeRow({ tools, cases }: Questions, runs: number): BenchRow {
  const random = seededRandom('bench-hierarchy-time');
  const start = performance.now();
  const index = buildToolIndex(random.sample(tools, TOOLS));
  const built = performance.now() - start;
  const queries = random.sample(cases, QUERIES).map(({ query }) => query);
  for (const query of queries) index.candidates(query);
  const each = Array.from({ length: runs }, () =>
    median(
      queries.map((query) => {
        const start = performance.now();
        index.candidates(query);
        return performance.now() - start;
      }),
    ),
  );
  const ms = median(each);
  const note = `${MOST_MS} ms by ${ms.toFixed(2)} ms, the median query of ${QUERIES} among ${TOOLS} tools (runs: ${each.map((run) => run.toFixed(2)).join(', ')}); the index is built once, in ${built.toFixed(0)} ms`;
  return { name: 'time-1000', ratio: MOST_MS / ms, target: 1, limit: null, pass: ms <= MOST_MS, note };
}
