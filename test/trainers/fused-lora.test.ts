import { expect, test } from 'vitest';
import { runCheck } from './run-check.ts';

test('fused LoRA has the outputs and gradients of PEFT’s own, and in bfloat16 no greater error', async () => {
  const { bfloat16, ...exact } = await runCheck('fused_lora_check.py');
  expect(Object.keys(exact)).toHaveLength(4);
  for (const [name, difference] of Object.entries(exact)) expect(difference, name).toBeLessThan(1e-5);
  expect(bfloat16).toBeLessThan(1.1);
}, 300_000);
