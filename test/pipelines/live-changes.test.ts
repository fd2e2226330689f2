import { expect, test } from 'vitest';
import type { Tool } from '../../core/tool.ts';
import { fieldHashes } from '../../core/tool-fields.ts';
import { changesOf } from '../../pipelines/live-changes.ts';
import type { Lock } from '../../pipelines/lock.ts';
import { lookUpTool } from '../fixtures/changeable-workspace.ts';

function toolOf(name: string, topic: string): Tool {
  return {
    ...lookUpTool(topic),
    id: `shop.${name}`,
    slug: `shop-${name}`,
    server: 'shop',
    name,
    hash: name,
    promptName: name,
    group: 'shop',
  };
}

/** A lock on tools and adapters, by the tools that each adapter writes the arguments of. */
function lockOf(tools: readonly Tool[], adapters: Record<string, string[]>): Pick<Lock, 'tools' | 'adapters'> {
  const about = { base: 'b', template: 't', recipe: 'r', data: 'd', hash: 'h' };
  const locked = Object.entries(adapters).map(([name, ids]) => {
    const task = name === 'selector' ? ('selector' as const) : ('arguments' as const);
    return [name, { task, tools: ids, ...about }] as const;
  });
  const hashed = tools.map((tool) => [tool.id, { hash: tool.hash, ...fieldHashes(tool) }] as const);
  return { tools: Object.fromEntries(hashed), adapters: Object.fromEntries(locked) };
}

const PRICE = toolOf('get_price', 'price');
const COST = toolOf('get_cost', 'price');
const catalogue = { version: 1, tools: [COST], servers: [], hash: '' } as unknown as Parameters<typeof changesOf>[1];

test('the adapter of a renamed tool is not stale: it is taken over; what sees several tools is stale', () => {
  const lock = lockOf([PRICE], { selector: [], arguments: [PRICE.id], 'arguments-shop-get_price': [PRICE.id] });
  expect(changesOf(lock, catalogue)).toEqual([
    {
      tool: 'shop.get_cost',
      change: 'renamed',
      before: 'shop.get_price',
      fields: [],
      stale: ['selector'],
      takenOver: ['arguments-shop-get_price'],
    },
  ]);
});

test('where there is none to take over, one is to be trained', () => {
  const [change] = changesOf(lockOf([PRICE], { selector: [] }), catalogue);
  expect(change).toMatchObject({ stale: ['selector', 'arguments-shop-get_cost'], takenOver: [] });
});
