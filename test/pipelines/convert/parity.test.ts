import { describe, expect, it } from 'vitest';
import { PARITY_BOUNDS } from '../../../pipelines/convert/bounds.ts';
import type { Scores } from '../../../pipelines/convert/distance.ts';
import {
  adapterParity,
  baseParity,
  checkAdapterParity,
  checkParity,
  type Measured,
} from '../../../pipelines/convert/parity.ts';

const BASE = [-1, -2, -3, -4];
const ADAPTED = [-0.5, -2.2, -1, -4];

function scores(values: readonly number[]): Scores {
  return new Map([
    ['a', values.slice(0, 2)],
    ['b', values.slice(2)],
  ]);
}

/** The same answers everywhere, but for an error of each engine. */
function measured(values: readonly number[], error = 1e-5, servedError = 1e-3): Measured {
  const shifted = (by: number) => scores(values.map((value, index) => value + (index % 2 === 0 ? by : -by)));
  return { peft: scores(values), f32: shifted(error), served: shifted(servedError) };
}

function gate(adapter: Measured, base = measured(BASE)): () => void {
  return () => checkAdapterParity('arguments-x', adapterParity(adapter, base), 'f16', PARITY_BOUNDS);
}

describe('the parity gate', () => {
  it('measures distances and effects', () => {
    const parity = adapterParity(measured(ADAPTED), measured(BASE));
    expect(parity.tokens).toBe(4);
    expect(parity.f32.max).toBeCloseTo(1e-5, 8);
    expect(parity.served.mean).toBeCloseTo(1e-3, 8);
    expect(parity.effect.peft).toEqual({ max: 2, mean: expect.closeTo(0.675, 6) });
    expect(parity.disagreement).toBeLessThan(1e-9);
  });

  it('lets a faithful adapter pass', () => {
    expect(gate(measured(ADAPTED))).not.toThrow();
  });

  it('refuses an error in f32, naming adapter, figure and bound', () => {
    expect(gate(measured(ADAPTED, 2e-3))).toThrow(/arguments-x.*at most 1\.0e-3.*2\.0e-3/s);
  });

  it('refuses an error as served', () => {
    expect(gate(measured(ADAPTED, 1e-5, 0.03))).toThrow(/mean \|PEFT − engine\| as served \(f16\).*0\.02.*0\.03/s);
  });

  it('refuses an adapter that does nothing, in PEFT or in the engine', () => {
    expect(gate(measured(BASE))).toThrow(/in PEFT.*in the engine/s);
    expect(gate({ ...measured(ADAPTED), f32: measured(BASE).f32 })).toThrow(
      /max change of the base by the adapter in the engine/,
    );
  });

  it('refuses one whose change in the engine is another than in PEFT', () => {
    const base = { ...measured(BASE), f32: scores(BASE.map((value) => value - 3e-3)) };
    expect(gate(measured(ADAPTED), base)).toThrow(/max difference of the two changes/);
  });

  it('refuses what is not a number, and what is missing', () => {
    const none = scores(ADAPTED.map(() => Number.NaN));
    expect(gate({ ...measured(ADAPTED), f32: none })).toThrow('NaN');
    expect(gate({ ...measured(ADAPTED), served: none })).toThrow('NaN');
    expect(gate({ ...measured(ADAPTED), f32: new Map([['a', [-0.5, -2.2]]]) })).toThrow('NaN');
    const broken = { peft: none, f32: none, served: none };
    expect(() => checkParity('the base', baseParity(broken), 'f16', PARITY_BOUNDS)).toThrow('NaN');
  });
});
