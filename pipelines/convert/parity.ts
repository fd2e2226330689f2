import type { BundledAdapter, GgufType } from '../../core/bundle.ts';
import { joinErrors, ToolkitError } from '../../core/errors.ts';
import type { ParityBounds } from './bounds.ts';
import { change, distance, type Scores } from './distance.ts';

/** What PEFT, the engine in 32 bits and the engine as it serves say of the same tokens. */
export interface Measured {
  peft: Scores;
  f32: Scores;
  served: Scores;
}

type BaseParity = Pick<BundledAdapter['parity'], 'tokens' | 'f32' | 'served'>;

export function baseParity({ peft, f32, served }: Measured): BaseParity {
  const { tokens, ...exact } = distance(peft, f32);
  // The base as served is asked a part only.
  const { tokens: _, ...rounded } = distance(served, peft);
  return { tokens, f32: exact, served: rounded };
}

/** The figures of one adapter; `base` are the base's scores of (at least) the same probes. */
export function adapterParity(adapter: Measured, base: Measured): BundledAdapter['parity'] & { disagreement: number } {
  const peft = change(adapter.peft, base.peft);
  const engine = change(adapter.f32, base.f32);
  return {
    ...baseParity(adapter),
    effect: { peft: size(peft), engine: size(engine) },
    disagreement: distance(peft, engine).max,
  };
}

function size(changes: Scores) {
  const zero: Scores = new Map([...changes].map(([probe, values]) => [probe, values.map(() => 0)]));
  const { max, mean } = distance(changes, zero);
  return { max, mean };
}

/** @throws ToolkitError (failed) with every figure that is out of bounds; one that is not a number is */
export function checkParity(name: string, parity: BaseParity, type: GgufType, bounds: ParityBounds): void {
  refuse(name, parityErrors(parity, type, bounds));
}

/** As `checkParity`, and the adapter must do something, the same in PEFT and in the engine. */
export function checkAdapterParity(
  name: string,
  parity: BundledAdapter['parity'] & { disagreement: number },
  type: GgufType,
  bounds: ParityBounds,
): void {
  const least = bounds.effectFactor * Math.max(parity.f32.max, bounds.noise);
  const { peft, engine } = parity.effect;
  refuse(name, [
    ...parityErrors(parity, type, bounds),
    ...outside('max change of the base by the adapter in PEFT', peft.max, peft.max >= least, `at least ${show(least)}`),
    ...outside(
      'max change of the base by the adapter in the engine',
      engine.max,
      engine.max >= least,
      `at least ${show(least)}`,
    ),
    ...outside(
      'max difference of the two changes',
      parity.disagreement,
      parity.disagreement <= 2 * bounds.f32,
      `at most ${show(2 * bounds.f32)}`,
    ),
  ]);
}

interface Breach {
  found: string;
  expected: string;
}

function parityErrors({ f32, served }: BaseParity, type: GgufType, bounds: ParityBounds): Breach[] {
  const bound = bounds.served[type];
  return [
    ...outside('max |PEFT − engine| in f32', f32.max, f32.max <= bounds.f32, `at most ${show(bounds.f32)}`),
    ...outside(`mean |PEFT − engine| as served (${type})`, served.mean, served.mean <= bound, `at most ${show(bound)}`),
  ];
}

function outside(figure: string, value: number, within: boolean, expected: string): Breach[] {
  return within ? [] : [{ found: `${figure}: ${show(value)}`, expected: `${figure}: ${expected}` }];
}

function refuse(name: string, breaches: readonly Breach[]): void {
  if (breaches.length === 0) return;
  const errors = breaches.map(
    (breach) =>
      new ToolkitError({ kind: 'failed', what: 'the parity gate failed (log-probabilities)', where: name, ...breach }),
  );
  throw joinErrors(`${name}: the parity gate failed`, errors);
}

function show(value: number): string {
  return value !== 0 && Math.abs(value) < 0.01 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
}
