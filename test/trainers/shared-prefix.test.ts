import { expect, test } from 'vitest';
import { runCheck } from './run-check.ts';

test('gradients with a shared prefix equal those of full sequences to 1e-5, in fp32 and grouped-query attention', async () => {
  const differences = await runCheck('shared_prefix_check.py');
  expect(Object.keys(differences)).toHaveLength(10);
  for (const [name, difference] of Object.entries(differences)) expect(difference, name).toBeLessThan(1e-5);
}, 300_000);
