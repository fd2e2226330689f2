import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '../../../../core/random.ts';
import { fitTemperature, type JudgedSelection } from '../../../../pipelines/convert/calibrate/fit-temperature.ts';
import { calibrated } from '../../../../runtime/calibrated.ts';

/** Selections by shares of which a temperature would make true probabilities: so often the first one is right. */
function selections(count: number, temperature: number, seed: number): JudgedSelection[] {
  const random = seededRandom('calibration', seed);
  return Array.from({ length: count }, () => {
    const logits = Array.from({ length: 6 }, () => 3 * normal(random)).sort((a, b) => b - a);
    return { shares: softmax(logits), right: random.next() < softmax(logits.map((one) => one / temperature))[0]! };
  });
}

function softmax(logits: readonly number[]): number[] {
  const weights = logits.map((logit) => Math.exp(logit - logits[0]!));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

describe('fitTemperature', () => {
  it.each([0.5, 1, 2, 4])('finds the temperature %d that the selections were made with', (temperature) => {
    const fitted = [1, 2].map((seed) => fitTemperature(selections(3000, temperature, seed)));
    for (const one of fitted) {
      expect(one.temperature / temperature).toBeGreaterThan(0.85);
      expect(one.temperature / temperature).toBeLessThan(1.18);
      expect(one.ece.after).toBeLessThan(0.03);
      expect(one.logLoss.after).toBeLessThanOrEqual(one.logLoss.before + 1e-4);
      if (temperature !== 1) expect(one.ece.after).toBeLessThan(one.ece.before / 2);
    }
  });

  it('tells the figures of the selections', () => {
    const { n, right, ece, logLoss } = fitTemperature([
      { shares: [0.8, 0.2], right: true },
      { shares: [0.8, 0.1, 0.1], right: true },
      { shares: [0.6, 0.4], right: false },
      { shares: [0.6, 0.4], right: true },
    ]);
    expect({ n, right }).toEqual({ n: 4, right: 0.75 });
    expect(ece.before).toBeCloseTo((2 * 0.2 + 2 * 0.1) / 4, 10);
    expect(logLoss.before).toBeCloseTo(-(2 * Math.log(0.8) + Math.log(0.4) + Math.log(0.6)) / 4, 10);
  });

  it('makes no selector certain or clueless, whatever few steps say', () => {
    const sure = Array.from({ length: 30 }, () => ({ shares: [0.9, 0.06, 0.04], right: true }));
    const wrong = sure.map((one) => ({ ...one, right: false }));
    const impossible = sure.map((one) => ({ ...one, shares: [1, 0, 0] }));
    for (const judged of [sure, wrong, impossible]) {
      const { temperature, ...figures } = fitTemperature(judged);
      expect(temperature).toBeGreaterThanOrEqual(0.1);
      expect(temperature).toBeLessThanOrEqual(10);
      expect(
        Object.values(figures)
          .flatMap((one) => Object.values(one))
          .every(Number.isFinite),
      ).toBe(true);
    }
    expect(fitTemperature(impossible).temperature).toBe(1);
    expect(fitTemperature(sure).temperature).toBeLessThan(1);
    const [best] = calibrated(named(sure[0]!.shares), fitTemperature(sure).temperature);
    expect(best!.probability).toBeCloseTo(31 / 32, 2);
    expect(fitTemperature(wrong).temperature).toBeGreaterThan(2);
  });
});

const named = (shares: readonly number[]) => shares.map((probability, at) => ({ promptName: `t${at}`, probability }));

describe('calibrated', () => {
  const ranked = named([0.7, 0.2, 0.1, 0]);

  it('changes how sure it is, never which is selected', () => {
    for (const temperature of [0.1, 0.5, 1, 2, 10]) {
      const after = calibrated(ranked, temperature);
      expect(after.map(({ promptName }) => promptName)).toEqual(['t0', 't1', 't2', 't3']);
      expect(after.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
      const shares = after.map(({ probability }) => probability);
      expect(shares).toEqual(shares.toSorted((a, b) => b - a));
    }
    expect(calibrated(ranked, 2)[0]!.probability).toBeLessThan(0.7);
    expect(calibrated(ranked, 0.5)[0]!.probability).toBeGreaterThan(0.7);
  });

  it('leaves what there is no temperature for', () => {
    expect(calibrated(ranked)).toEqual(ranked);
    expect(calibrated([{ promptName: 'only', probability: 1 }], 3)).toEqual([{ promptName: 'only', probability: 1 }]);
  });

  it('is what the temperature was fitted with', () => {
    const judged = selections(50, 2, 1);
    const { temperature, logLoss } = fitTemperature(judged);
    const losses = judged.map(({ shares, right }) => {
      const { probability } = calibrated(named(shares), temperature)[0]!;
      return -Math.log(right ? probability : 1 - probability);
    });
    expect(losses.reduce((sum, loss) => sum + loss, 0) / losses.length).toBeCloseTo(logLoss.after, 8);
  });
});
