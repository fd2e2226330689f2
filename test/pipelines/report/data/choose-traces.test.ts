import { expect, test } from 'vitest';
import type { Trace } from '../../../../core/trace.ts';
import { chooseTraces } from '../../../../pipelines/report/data/choose-traces.ts';
import { makeTraces } from '../../../datasets/made-up-traces.ts';

async function* stream(traces: readonly Trace[]) {
  yield* traces;
}

test('draws evenly over tools and kinds, the same ones again, and all where there are few', async () => {
  const [a] = makeTraces(1);
  const of = (kind: Trace['provenance']['kind'], count: number) =>
    Array.from({ length: count }, (_, index) => ({
      ...a!,
      id: `${kind}${index}`,
      provenance: { ...a!.provenance, kind },
    }));
  const traces = [...of('single', 100), ...of('chain', 5), ...of('recovery', 1)];
  const chosen = await chooseTraces(stream(traces), 10);
  const kinds = chosen.map(({ place }) => traces[place]!.provenance.kind);
  expect(kinds.filter((kind) => kind === 'single')).toHaveLength(5);
  expect(kinds.filter((kind) => kind === 'chain')).toHaveLength(4);
  expect(new Set(kinds.slice(0, 3)).size).toBe(3);
  expect(new Set(chosen.map(({ place }) => place)).size).toBe(10);
  expect(await chooseTraces(stream(traces), 10)).toEqual(chosen);
  expect(await chooseTraces(stream(traces), 1000)).toHaveLength(106);
});
