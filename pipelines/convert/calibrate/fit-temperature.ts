import type { Calibration } from '../../../core/calibration.ts';
import { calibrationError } from '../../statistics/reliability.ts';

/** A selection and whether it was right. */
export interface JudgedSelection {
  /** Shares of all candidates, that of the selected one first. */
  shares: readonly number[];
  right: boolean;
}

/** Raised where the same selections give another calibration. */
export const CALIBRATION_VERSION = 1;

/** Logarithms of the temperatures between which the best is sought. */
const [LOWEST, HIGHEST] = [Math.log(0.1), Math.log(10)];
const GRID = 40;
const GOLDEN = (Math.sqrt(5) - 1) / 2;
const PRECISION = 1e-4;
/** Logarithm of what is too small for a number. */
const NOTHING = -745;

/**
 * The temperature with the least log loss of the selections' being right. What counts is the selected one's share alone: of candidates that were
 * ruled out early no more than a bound is known. Aims are as Platt's (Probabilistic outputs for support vector machines, 1999), a little off
 * 0 and 1, so that a selector that is always right on few steps is not made certain.
 * @param judged at least one
 */
export function fitTemperature(judged: readonly JudgedSelection[]): Omit<Calibration, 'source'> {
  const right = judged.filter((one) => one.right).length;
  const aims = { right: (right + 1) / (right + 2), wrong: 1 / (judged.length - right + 2) };
  const loss = (log: number) => lossAt(Math.exp(log), judged, aims);
  const step = (HIGHEST - LOWEST) / GRID;
  const grid = Array.from({ length: GRID + 1 }, (_, at) => LOWEST + at * step);
  const losses = grid.map(loss);
  const best = grid[losses.indexOf(Math.min(...losses))]!;
  const found = minimum(loss, Math.max(LOWEST, best - step), Math.min(HIGHEST, best + step));
  const temperature = loss(found) < loss(0) ? Math.exp(found) : 1;
  const plain = { right: 1, wrong: 0 };
  return {
    temperature,
    n: judged.length,
    right: right / judged.length,
    ece: { before: errorAt(1, judged), after: errorAt(temperature, judged) },
    logLoss: { before: lossAt(1, judged, plain), after: lossAt(temperature, judged, plain) },
  };
}

/** Golden-section search of a function with one minimum between `low` and `high`. */
function minimum(of: (x: number) => number, low: number, high: number): number {
  let [a, b] = [low, high];
  let [c, d] = [b - GOLDEN * (b - a), a + GOLDEN * (b - a)];
  let [atC, atD] = [of(c), of(d)];
  while (b - a > PRECISION) {
    if (atC < atD) {
      [b, d, atD] = [d, c, atC];
      c = b - GOLDEN * (b - a);
      atC = of(c);
    } else {
      [a, c, atC] = [c, d, atD];
      d = a + GOLDEN * (b - a);
      atD = of(d);
    }
  }
  return (a + b) / 2;
}

function lossAt(
  temperature: number,
  judged: readonly JudgedSelection[],
  aims: { right: number; wrong: number },
): number {
  const losses = judged.map(({ shares, right }) => {
    const { selected, others } = logShares(shares, temperature);
    const aim = right ? aims.right : aims.wrong;
    return -(times(aim, selected) + times(1 - aim, others));
  });
  return mean(losses);
}

/** Nothing times what is impossible is nothing. */
function times(weight: number, log: number): number {
  return weight === 0 ? 0 : weight * log;
}

/** Logarithms of the selected one's share and of that of all others, at a temperature. Exact also where one of them is tiny. */
function logShares([first, ...rest]: readonly number[], temperature: number): { selected: number; others: number } {
  const logs = rest.map((share) => Math.log(share / first!) / temperature);
  const largest = Math.max(...logs);
  if (largest === Number.NEGATIVE_INFINITY) return { selected: 0, others: NOTHING };
  const odds = largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0));
  const selected = -Math.max(odds, 0) - Math.log1p(Math.exp(-Math.abs(odds)));
  return { selected, others: odds + selected };
}

function errorAt(temperature: number, judged: readonly JudgedSelection[]): number {
  return calibrationError(
    judged.map(({ shares, right }) => ({ probability: Math.exp(logShares(shares, temperature).selected), right })),
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
