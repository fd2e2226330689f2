import { expect, test } from 'vitest';
import { Budget, type Usage } from '../../../../pipelines/synthesize/chat/budget.ts';

const NOTHING: Usage = { requests: 0, input: 0, output: 0 };
const price = { input: 1, output: 10 };
const most = { input: 200, output: 100 };
const answer = async () => ({ tokens: { input: 100, output: 20 } });

/** Asks one after another until it is refused. @returns how many were answered, and why no more */
async function spendAll(budget: Budget): Promise<{ answered: number; why: string }> {
  for (let answered = 0; ; answered++) {
    const why = await budget.spend(most, answer).then(
      () => undefined,
      (error: Error) => error.message,
    );
    if (why !== undefined) return { answered, why };
  }
}

test.each<[string, object, number]>([
  ['requests', { requests: 5 }, 5],
  // 120 each; the next may take 300.
  ['tokens', { tokens: 900 }, 6],
  // 0.0003 each; the next may cost 0.0012.
  ['money', { money: 0.003 }, 7],
])('no request goes that might exceed the budget of %s', async (limit, budget, count) => {
  const { answered, why } = await spendAll(new Budget({ budget, price }, NOTHING));
  expect(answered).toBe(count);
  expect(why).toContain(`synthesize.teacher.budget.${limit}`);
});

test('what earlier runs used counts, and requests under way count as much as they may take', async () => {
  const budget = new Budget({ budget: { requests: 10 }, price }, { ...NOTHING, requests: 6 });
  let underWay = 0;
  const slow = async () => {
    underWay += 1;
    await new Promise((resolve) => setTimeout(resolve, 20));
    return answer();
  };
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => budget.spend(most, slow)));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
  expect(underWay).toBe(4);
  expect(budget.used.requests).toBe(10);
});

test('one that waits may go when another took less than it might have; a failed one costs nothing', async () => {
  const budget = new Budget({ budget: { tokens: 430 }, price }, NOTHING);
  const failed = budget.spend(most, () => Promise.reject(new Error('busy')));
  const second = budget.spend(most, answer);
  const third = budget.spend(most, answer);
  await expect(failed).rejects.toThrow('busy');
  await Promise.all([second, third]);
  expect(budget.used).toEqual({ requests: 2, input: 200, output: 40 });
  expect(budget.cost).toBeCloseTo((200 + 400) / 1e6);
});
