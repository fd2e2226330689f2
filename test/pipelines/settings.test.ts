import { expect, test } from 'vitest';
import { SettingsSchema } from '../../pipelines/settings.ts';

test('a selector without parameters is refused where both prompts are one', () => {
  const parse = (prompt: object) => SettingsSchema.safeParse({ prompt });
  expect(parse({ selectorTools: 'described' }).success).toBe(true);
  expect(parse({ argumentTools: 'all', selectorTools: 'whole' }).success).toBe(true);
  const { error } = parse({ argumentTools: 'all', selectorTools: 'described' });
  expect(error?.issues).toMatchObject([
    { path: ['prompt', 'selectorTools'], message: expect.stringContaining('both prompts are one') },
  ]);
});
