import { expect, test } from 'vitest';
import { RESPOND, type Tool } from '../../core/tool.ts';
import { distractorsFor } from '../../datasets/distractors-for.ts';
import { makeTool } from './made-up-traces.ts';

test('leaves distractors out whose names are taken', () => {
  const catalogue = (tools: Tool[]) => ({ version: 1 as const, servers: [], tools, hash: '' });
  const tool = (id: string) => makeTool(id, '', {});
  const own = [tool('a.one'), tool('a.two')];
  const others = [tool('b.one'), tool('a.two'), tool('b.new'), tool('b.new'), tool('c.new'), tool(`b.${RESPOND}`)];
  expect(distractorsFor(catalogue(own), catalogue(others)).map(({ id }) => id)).toEqual(['b.new']);
});
