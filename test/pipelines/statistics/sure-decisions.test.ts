import { expect, test } from 'vitest';
import { seededRandom } from '../../../core/random.ts';
import { calibrationError, reliabilityBins, type SureDecision } from '../../../pipelines/statistics/reliability.ts';
import { areaUnderRiskCoverage, riskCoverage } from '../../../pipelines/statistics/risk-coverage.ts';

const decisions = (...all: [probability: number, right: boolean][]): SureDecision[] =>
  all.map(([probability, right]) => ({ probability, right }));

test('reliability and its error by hand', () => {
  const all = decisions([0.95, true], [0.91, false], [1, true], [0.35, false], [0.31, false]);
  const bins = reliabilityBins(all);
  expect(bins.map(({ right }) => [right.value, right.n])).toEqual([
    [0, 2],
    [2 / 3, 3],
  ]);
  expect(bins.map(({ probability }) => probability.toFixed(4))).toEqual(['0.3300', '0.9533']);
  expect(calibrationError(all)).toBeCloseTo((2 * 0.33 + 3 * (0.95333 - 0.66667)) / 5, 4);
});

test('probabilities that say how often they are right have next to no error', () => {
  const random = seededRandom(1, 'calibrated');
  const all = Array.from({ length: 20_000 }, () => random.next()).map((probability) => ({
    probability,
    right: random.chance(probability),
  }));
  expect(calibrationError(all)).toBeLessThan(0.015);
  expect(calibrationError(all.map((one) => ({ ...one, probability: one.probability ** 3 })))).toBeGreaterThan(0.15);
});

test('risk against coverage by hand: what no threshold parts is taken together', () => {
  expect(riskCoverage(decisions([0.5, false], [0.9, true], [0.5, true], [0.8, true]))).toEqual([
    { threshold: 0.9, coverage: 0.25, risk: 0 },
    { threshold: 0.8, coverage: 0.5, risk: 0 },
    { threshold: 0.5, coverage: 1, risk: 0.25 },
  ]);
  expect(riskCoverage([])).toEqual([]);
});

test('its area: the mean over all numbers taken, the expected one among equals', () => {
  expect(areaUnderRiskCoverage(decisions([0.9, true], [0.8, false], [0.7, true]))).toBeCloseTo((0 + 1 / 2 + 1 / 3) / 3);
  expect(areaUnderRiskCoverage(decisions([0.9, true], [0.5, true], [0.5, false]))).toBeCloseTo((0 + 0.25 + 1 / 3) / 3);
  // Without any order, the share of wrong ones.
  expect(areaUnderRiskCoverage(decisions([0.5, true], [0.5, false], [0.5, true], [0.5, true]))).toBeCloseTo(0.25);
});

test('the better the order, the smaller the area', () => {
  const [best, none, worst] = [1, 0, -1].map((sign) =>
    areaUnderRiskCoverage(
      Array.from({ length: 100 }, (_, at) => ({ probability: 0.5 + 0.004 * sign * at, right: at >= 30 })),
    ),
  );
  expect(best).toBeLessThan(0.06);
  expect(none).toBeCloseTo(0.3);
  expect(worst).toBeGreaterThan(0.6);
});
