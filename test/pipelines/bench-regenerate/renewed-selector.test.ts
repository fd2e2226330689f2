import { expect, test } from 'vitest';
import { renewedRow } from '../../../pipelines/bench-regenerate/renewed-selector.ts';

const told = (loss: number, exact: number) => ({ loss, exact, calls: 50 });

test('a selector that went on is held to a tenth more than the loss from nothing', () => {
  const row = renewedRow([
    { renewed: told(0.3, 0.9), anew: told(0.3, 0.92) },
    { renewed: told(0.42, 0.8), anew: told(0.3, 0.92) },
    { renewed: told(0.32, 0.9), anew: told(0.3, 0.92) },
  ]);
  expect(row).toMatchObject({ name: 'renewed-selector', pass: true });
  expect(row.ratio).toBeCloseTo(1.067, 3);
  expect(row.note).toContain('loss 0.300, 90% of 50 selections right; from nothing loss 0.300, 92% of 50');
  expect(renewedRow([{ renewed: told(0.34, 0.9), anew: told(0.3, 0.9) }]).pass).toBe(false);
});
