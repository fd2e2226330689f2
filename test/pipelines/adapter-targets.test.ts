import { expect, test } from 'vitest';
import { adapterTargets } from '../../pipelines/adapter-targets.ts';
import { makeTool } from '../fixtures/tools.ts';

test('no two adapters have one folder, and no group’s name leads out of it', () => {
  const groups = ['files', 'Files', '../../etc', 'a/b', 'a b', 'ünï', 'x'.repeat(300), '.'];
  const tools = groups.map((group, at) => ({ ...makeTool(`t${at}`, {}), id: `t${at}`, group }));
  const names = adapterTargets(tools).map(({ name }) => name);
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z0-9][a-z0-9_-]{0,99}$/);
});
