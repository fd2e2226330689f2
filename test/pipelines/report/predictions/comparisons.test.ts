import { expect, test } from 'vitest';
import type { Bundle } from '../../../../core/bundle.ts';
import { evaluatedSystems } from '../../../../pipelines/report/evaluated-systems.ts';
import { adapterWorth, writingSystems } from '../../../../pipelines/report/predictions/adapter-worth.ts';
import { compareParts } from '../../../../pipelines/report/predictions/compare-parts.ts';
import { compareSystems } from '../../../../pipelines/report/predictions/compare-systems.ts';
import { countErrors } from '../../../../pipelines/report/predictions/count-errors.ts';
import { type PredictionRow, predictionRow } from '../../../../pipelines/report/predictions/prediction-row.ts';
import { selectionQuality } from '../../../../pipelines/report/predictions/selection-quality.ts';
import { stepCosts } from '../../../../pipelines/report/predictions/step-costs.ts';
import { conclusions } from '../../../../pipelines/report/worth-section.ts';
import type { ArgumentError } from '../../../../pipelines/scoring/argument-errors.ts';
import { RIGHT } from '../../../fixtures/prediction-record.ts';

/** `+` right, `-` wrong arguments, `x` wrong tool; a case each. */
function rows(marks: string, change: (at: number) => Partial<PredictionRow> = () => ({})): PredictionRow[] {
  return [...marks].map((mark, at) => ({
    ...predictionRow(RIGHT),
    case: `t${at}#0`,
    trace: `t${at}`,
    selection: mark !== 'x',
    args_exact: mark === '+',
    args_ast: mark === '+',
    ...change(at),
  }));
}

test('systems are compared on the cases that both have: those pairs that are known, and the last one with all', () => {
  const bySystem = new Map([
    ['one', rows('-----x++++')],
    ['two', rows('+++++-++++')],
    ['absent', []],
    ['last', rows('++++++++++').slice(0, 9)],
  ]);
  const known = [{ system: 'two', reference: 'one', score: 'call_accuracy' as const, value: 0.5, low: 0.2, high: 0.8 }];
  const found = compareSystems(bySystem, known, 1);
  const calls = found.filter(({ score }) => score === 'call_accuracy');
  expect(calls.map(({ system, reference, value }) => [system, reference, value])).toEqual([
    ['two', 'one', 0.5],
    ['last', 'one', 6 / 9],
    ['last', 'two', 1 / 9],
  ]);
  expect(calls[0]).toMatchObject({ low: 0.2, high: 0.8 });
  const digits = (values: number[]) => values.map((value) => value.toFixed(12));
  expect(digits(calls.map(({ p }) => p))).toEqual(digits([2 / 2 ** 5, 2 / 2 ** 6, 1]));
  expect(digits(calls.map(({ adjusted }) => adjusted))).toEqual(digits([2 * (2 / 2 ** 5), 3 * (2 / 2 ** 6), 1]));
});

test('parts are compared by tool, corrected over all of them; a part that the other lacks is left out', () => {
  const byTool = (at: number) => ({ tool: at < 8 ? 'a.many' : 'a.few' });
  const bySystem = new Map([
    ['base', rows('--------', byTool)],
    ['last', rows('++++++++++', byTool)],
  ]);
  const parts = compareParts(bySystem, 'last', ({ tool }) => tool);
  expect(parts).toMatchObject([{ part: 'a.many', reference: 'base', n: 8, value: 1 }]);
  expect(parts[0]!.p).toBeCloseTo(2 / 2 ** 8, 12);
  expect(parts[0]!.low).toBeGreaterThan(0.4);
  expect(compareParts(bySystem, 'last', () => null)).toEqual([]);
});

test('how sure selections are is told of the steps that have a probability', () => {
  const sure = rows('++x-', (at) => ({ probability: at < 3 ? [0.95, 0.9, 0.5][at] : undefined }));
  const [quality, ...others] = selectionQuality(
    new Map([
      ['base', rows('+-')],
      ['decoupled', sure],
    ]),
  );
  expect(others).toEqual([]);
  expect(quality).toMatchObject({ system: 'decoupled', n: 3, steps: 4, selections: { wrong: 1 / 3 } });
  expect(quality!.selections.area).toBeCloseTo(1 / 9);
});

const adapter = (name: string, tool?: string) =>
  ({ name, tool, task: 'arguments', file: `${name}.gguf` }) as Bundle['adapters'][number];

test('an own adapter pays where the whole interval is above the shared one’s, on the steps whose tool both selected', () => {
  const tools = (at: number) => ({ tool: at < 12 ? 'a.pays' : at < 24 ? 'a.same' : 'a.harms' });
  const bySystem = new Map([
    ['base', rows('x'.repeat(36), tools)],
    ['decoupled-shared', rows(`${'-'.repeat(11)}x${'++-+'.repeat(3)}${'+'.repeat(12)}`, tools)],
    ['decoupled', rows(`${'+'.repeat(12)}${'+-++'.repeat(3)}${'-'.repeat(12)}`, tools)],
  ]);
  const adapters = [
    adapter('arguments'),
    ...['pays', 'same', 'harms', 'new'].map((one) => adapter(`own-${one}`, `a.${one}`)),
  ];
  const found = adapterWorth(
    bySystem,
    { adapters },
    {
      systems: { own: 'decoupled', shared: 'decoupled-shared', base: 'base' },
      cost: () => ({ bytes: 2 ** 21, seconds: 30 }),
    },
  );
  expect(found.map(({ tool, verdict }) => [tool, verdict])).toEqual([
    ['a.pays', 'pays'],
    ['a.same', 'open'],
    ['a.harms', 'harms'],
    ['a.new', 'open'],
  ]);
  expect(found[0]!.gains).toMatchObject([{ over: 'shared', where: 'held out', n: 11, value: 1 }]);
  expect(found[3]!.gains).toEqual([]);
  expect(conclusions(found)).toEqual([
    'The own argument adapter pays for a.pays.',
    'These tools may share one, until more steps show a gain: a.same, a.harms, a.new (6.0 MB, 90 s of training).',
  ]);
});

test('the systems that tell what an adapter is worth are known by what they are, as the evaluation’s manifest has them', () => {
  const decoupled = (name: string, writer: string, more = {}) => ({
    ...{ name, kind: 'decoupled', selector: 'own', arguments: writer, models: {} },
    ...more,
  });
  const systems = [
    'base',
    decoupled('theirs', 'own', { bundle: '../other' }),
    decoupled('base-selects', 'own', { selector: 'base' }),
    decoupled('ours', 'own'),
    decoupled('one-for-all', 'shared', { examples: { count: 2, choose: 'same' } }),
    decoupled('base-writes', 'base'),
  ];
  const chosen = (some: unknown[]) => writingSystems(evaluatedSystems({ settings: { systems: some } }));
  expect(chosen(systems)).toEqual({ own: 'ours', shared: 'one-for-all', base: 'base-writes' });
  expect(chosen(systems.slice(0, 3))).toEqual({ own: 'base-selects', shared: undefined, base: 'base' });
  expect(chosen(['base', 'decoupled'])).toEqual({ own: 'decoupled', shared: undefined, base: 'base' });
  expect(writingSystems(evaluatedSystems({ settings: {} }))).toMatchObject({ shared: 'decoupled-shared' });
});

test('wrong arguments are counted by kind and parameter', () => {
  const one = (kind: ArgumentError['kind']) => ({ errors: [{ parameter: 'path', kind }] });
  const counts = countErrors(
    new Map([
      ['base', rows('--', () => one('extra'))],
      ['last', rows('---', (at) => one(at === 0 ? 'missing' : 'made-up'))],
    ]),
  );
  expect(counts.kinds).toEqual([
    { kind: 'missing', counts: [0, 1] },
    { kind: 'extra', counts: [2, 0] },
    { kind: 'made-up', counts: [0, 2] },
  ]);
  expect(counts.parameters[0]).toEqual({ tool: 'files.read', parameter: 'path', kind: 'made-up', count: 2 });
});

test('costs are quantiles of times and means of tokens', () => {
  const bySystem = new Map([
    ['base', rows('++++', (at) => ({ latency: 10 * (at + 1) }))],
    ['none', []],
  ]);
  expect(stepCosts(bySystem)).toMatchObject([{ system: 'base', latency: { p50: 25 }, prefilled: 100, generated: 20 }]);
});
